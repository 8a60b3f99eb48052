"""scikit-learn's own checks of the contract, every one of them."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from prle.estimators import PRLEClassifier, PRLERegressor

FEW = {"prototypes": 4, "projection": "identity", "epochs": 2}
"""Little work: the checks fit hundreds of times."""


EVERY = [
    *(PRLERegressor(**FEW), PRLEClassifier(**FEW), PRLEClassifier(**FEW, numeric=None)),
    *(PRLERegressor(**FEW, voters="examples"), PRLEClassifier(**FEW, voters="examples")),
    PRLEClassifier(**FEW, voters="examples", base="linear", numeric=None),
    PRLERegressor(**FEW, voters="prototypes", base="kernel", numeric=None),
]


@pytest.mark.filterwarnings("ignore::prle.estimators.FitWarning")
@parametrize_with_checks(EVERY)
def test_scikit_learn_checks(estimator, check):
    check(estimator)
