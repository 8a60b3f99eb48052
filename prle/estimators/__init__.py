"""prle as scikit-learn knows it: estimators of numbers and of classes from arrays."""

from prle.estimators.classifier import PRLEClassifier
from prle.estimators.interface import FitWarning, InputError
from prle.estimators.parts import RoutedParts
from prle.estimators.regressor import PRLERegressor

__all__ = ["FitWarning", "InputError", "PRLEClassifier", "PRLERegressor", "RoutedParts"]
