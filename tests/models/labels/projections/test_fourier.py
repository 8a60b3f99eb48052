"""Random features whose inner products are the kernel they stand for."""

import numpy as np
import pytest

from prle.arrays.geometry import squared_distances
from prle.errors import UsageError
from prle.models.labels.projections import FourierProjection, Points


@pytest.fixture
def points():
    features = np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)
    return Points(sentences=features[:, None, :], retrieval=features)


def test_inner_products_approach_the_kernel(points):
    projection = FourierProjection(frequencies=20_000, bandwidth=1.5)
    parameters = projection.start(points, {}, np.random.default_rng(1))
    value = projection(parameters, points, None).astype(np.float64)
    squares = squared_distances(points.retrieval.astype(np.float64), points.retrieval.astype(np.float64))
    length = 1.5 * np.median(np.sqrt(squares[np.triu_indices(40, k=1)]))
    np.testing.assert_allclose(value @ value.T / 20_000, np.exp(-squares / (2 * length**2)), atol=0.04)


def test_by_hand():
    projection = FourierProjection(frequencies=2)
    parameters = {"frequencies": np.array([[np.pi, 0.0]]), "phases": np.array([0.0, np.pi / 2])}
    one = Points(sentences=np.array([[[1.0]]]), retrieval=np.array([[1.0]]))
    np.testing.assert_allclose(projection(parameters, one, None), [[-np.sqrt(2), 0.0]], atol=1e-12)


def test_the_learned_map_has_the_asked_width_and_keeps_the_leading_variance(points):
    projection = FourierProjection(frequencies=30, width=7)
    parameters = projection.start(points, {}, np.random.default_rng(1))
    value = projection(parameters, points, None)
    assert value.shape == (40, 7)
    spread = value.var(axis=0)
    assert (np.diff(spread) <= 1e-4).all()


def test_identical_rows_give_a_finite_space():
    same = Points(sentences=np.ones((5, 1, 3), np.float32), retrieval=np.ones((5, 3), np.float32))
    projection = FourierProjection(frequencies=4)
    assert np.isfinite(projection(projection.start(same, {}, np.random.default_rng(0)), same, None)).all()


@pytest.mark.parametrize("wrong", [{"frequencies": 0}, {"frequencies": 3, "bandwidth": 0.0}])
def test_refuses_what_cannot_be(wrong):
    with pytest.raises(UsageError, match="value_space"):
        FourierProjection(**wrong)
