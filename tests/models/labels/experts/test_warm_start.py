import numpy as np
import pytest
from sklearn.linear_model import Ridge

from prle.errors import UsageError
from prle.models.labels.experts import NUMBER_STARTS, WARM_STARTS
from prle.models.labels.experts.warm_start import calibrated_cosine, meta_linear_regression, ridge


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    value = rng.normal(size=(200, 6))
    targets = (value @ np.array([1.0, -2.0, 0.0, 0.0, 0.5, 3.0]) + 0.7 + 0.01 * rng.normal(size=200))[:, None]
    return value, targets


@pytest.mark.parametrize("name", sorted(NUMBER_STARTS))
def test_shapes_and_repeatability(name, problem):
    priors = [WARM_STARTS[name](*problem, np.random.default_rng(0)) for _ in range(2)]
    assert priors[0].weight.shape == (1, 6)
    assert priors[0].bias.shape == (1,)
    np.testing.assert_array_equal(priors[0].weight, priors[1].weight)


def test_meta_linear_regression_finds_a_planted_model(problem):
    prior = meta_linear_regression(*problem, np.random.default_rng(0))
    np.testing.assert_allclose(prior.weight[0], [1.0, -2.0, 0.0, 0.0, 0.5, 3.0], atol=0.02)
    np.testing.assert_allclose(prior.bias, [0.7], atol=0.02)


def test_ridge_agrees_with_scikit_learn(problem):
    value, targets = problem
    centred = value - value.mean(axis=0)
    alpha = 0.3 * float(np.trace(centred.T @ centred)) / 6
    weight, bias = ridge(value, targets, 0.3)
    oracle = Ridge(alpha=alpha).fit(value, targets[:, 0])
    np.testing.assert_allclose(weight[0], oracle.coef_, rtol=1e-6)
    np.testing.assert_allclose(bias[0], oracle.intercept_, rtol=1e-6)


def test_ridge_survives_a_dead_feature(problem):
    value, targets = problem
    value = np.column_stack([value, np.zeros(len(value))])
    weight, _ = ridge(value, targets, 1e-3)
    assert np.isfinite(weight).all()
    assert abs(weight[0, -1]) < 1e-9


def test_calibrated_cosine_reads_the_last_feature_alone(problem):
    value, _ = problem
    targets = 2.0 * value[:, -1:] - 1.0
    prior = calibrated_cosine(value, targets, np.random.default_rng(0))
    np.testing.assert_allclose(prior.weight, [[0, 0, 0, 0, 0, 2.0]], atol=1e-6)
    np.testing.assert_allclose(prior.bias, [-1.0], atol=1e-6)


def test_calibrated_cosine_needs_a_cosine_that_varies():
    with pytest.raises(UsageError, match="the same for every training pair"):
        calibrated_cosine(np.ones((4, 2)), np.arange(4.0)[:, None], np.random.default_rng(0))
