"""scikit-learn's own checks of the contract, every one of them."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from prle.estimators import PRLEClassifier, PRLERegressor

EXPERTS = {"voters": "none", "prototypes": 4, "projection": "identity", "epochs": 2}
"""Little work: the checks fit hundreds of times."""

EVERY = [
    *(PRLERegressor(base="kernel"), PRLEClassifier(base="linear"), PRLEClassifier(base="linear", numeric=None)),
    PRLERegressor(voters="prototypes", base="kernel", numeric=None, prototypes=4),
    *(PRLERegressor(**EXPERTS), PRLEClassifier(**EXPERTS), PRLEClassifier(**EXPERTS, numeric=None)),
]


@pytest.mark.filterwarnings("ignore::prle.estimators.FitWarning")
@parametrize_with_checks(EVERY)
def test_scikit_learn_checks(estimator, check):
    check(estimator)
