"""Ordinary methods on the same frozen vectors, tuned honestly: what a model has to be compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.baselines.boosting import BoostingBaseline
from prle.baselines.boosting_classifier import BoostingClassifier
from prle.baselines.cosine import CosineBaseline
from prle.baselines.decision_tree import DecisionTreeBaseline
from prle.baselines.decision_tree_classifier import DecisionTreeClassifier
from prle.baselines.interface import Baseline, BaselineName, ClassifierName
from prle.baselines.kernel_ridge import KernelRidgeBaseline
from prle.baselines.knn import KnnBaseline
from prle.baselines.knn_classifier import KnnClassifier
from prle.baselines.logistic_regression import LogisticRegressionBaseline
from prle.baselines.majority import MajorityBaseline
from prle.baselines.mean import MeanBaseline
from prle.baselines.mlp import MlpBaseline
from prle.baselines.mlp_classifier import MlpClassifier
from prle.baselines.random_forest import RandomForestBaseline
from prle.baselines.ridge import RidgeBaseline
from prle.baselines.supercluster import SuperClusterBaseline
from prle.baselines.svr import SvrBaseline

if TYPE_CHECKING:
    from collections.abc import Mapping

BASELINES: Final[Mapping[BaselineName, type[Baseline]]] = {
    "mean": MeanBaseline,
    "cosine": CosineBaseline,
    "ridge": RidgeBaseline,
    "knn": KnnBaseline,
    "decision_tree": DecisionTreeBaseline,
    "svr": SvrBaseline,
    "kernel_ridge": KernelRidgeBaseline,
    "boosting": BoostingBaseline,
    "mlp": MlpBaseline,
    "supercluster": SuperClusterBaseline,
}

CLASSIFIERS: Final[Mapping[ClassifierName, type[Baseline]]] = {
    "majority": MajorityBaseline,
    "logistic_regression": LogisticRegressionBaseline,
    "knn": KnnClassifier,
    "decision_tree": DecisionTreeClassifier,
    "random_forest": RandomForestBaseline,
    "boosting": BoostingClassifier,
    "mlp": MlpClassifier,
    "supercluster": SuperClusterBaseline,
}


def baselines_for(classes: int) -> Mapping[str, type[Baseline]]:
    """Return the baselines for so many classes, or for numbers where there are none."""
    kinds = CLASSIFIERS.values() if classes else BASELINES.values()
    return {kind.name: kind for kind in kinds}


__all__ = ["BASELINES", "CLASSIFIERS", "Baseline", "BaselineName", "ClassifierName", "baselines_for"]
