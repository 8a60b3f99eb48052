"""Every prior finds a planted direction, except the one that does not look."""

import numpy as np
import pytest

from prle.models.labels.experts import WARM_STARTS
from prle.models.labels.experts.classification_head import meta_classification_head
from prle.models.labels.experts.warm_start import holdout

LOOKING = ["meta_linear_regression", "meta_classification_head", "meta_svr"]


def planted(rows=600, width=8, targets=1, noise=0.3, seed=0):
    rng = np.random.default_rng(seed)
    value = rng.normal(3.0, 2.0, size=(rows, width)).astype(np.float32)
    value[:, -1] = 5.0
    direction = rng.normal(size=(targets, width))
    labels = value @ direction.T + noise * rng.normal(size=(rows, targets))
    return value, ((labels - labels.mean(axis=0)) / labels.std(axis=0)).astype(np.float32)


@pytest.mark.parametrize("targets", [1, 2])
@pytest.mark.parametrize("name", LOOKING)
def test_finds_the_planted_direction(name, targets):
    value, labels = planted(targets=targets)
    prior = WARM_STARTS[name](value[:400], labels[:400], np.random.default_rng(0))
    assert prior.weight.shape == (targets, 8)
    assert prior.bias.shape == (targets,)
    assert prior.weight.dtype == prior.bias.dtype == np.float32
    errors = value[400:] @ prior.weight.T + prior.bias - labels[400:]
    assert np.mean(errors**2) < 0.1


@pytest.mark.parametrize("name", LOOKING)
def test_the_same_seed_gives_the_same_prior(name):
    value, labels = planted(rows=100)
    ours, theirs = (WARM_STARTS[name](value, labels, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(ours.weight, theirs.weight)


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_a_head_copes_with_few_distinct_labels(levels):
    value, labels = planted(rows=300)
    edges = np.quantile(labels, np.arange(1, levels) / levels)
    coarse = np.searchsorted(edges, labels).astype(np.float32)
    prior = meta_classification_head(value, coarse, np.random.default_rng(0))
    predicted = value @ prior.weight.T + prior.bias
    assert np.mean((predicted - coarse) ** 2) <= 0.5 * coarse.var() + 1e-9


def test_a_head_is_calibrated_to_squared_error():
    value, labels = planted()
    prior = meta_classification_head(value, labels, np.random.default_rng(0))
    predicted = (value @ prior.weight.T + prior.bias)[:, 0].astype(np.float64)
    slope, bias = np.polyfit(predicted, labels[:, 0], 1)
    np.testing.assert_allclose([slope, bias], [1.0, 0.0], atol=1e-3)


def test_holdout_is_a_split():
    inside, outside = holdout(53, np.random.default_rng(0))
    assert sorted([*inside, *outside]) == list(range(53))
    assert len(outside) == 10


def test_holdout_of_one_row_is_that_row_twice():
    inside, outside = holdout(1, np.random.default_rng(0))
    assert inside.tolist() == outside.tolist() == [0]
