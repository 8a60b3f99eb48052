import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist

from prle.arrays import geometry

MATRICES = arrays(np.float64, st.tuples(st.integers(1, 6), st.just(4)), elements=st.floats(-10, 10))


@given(MATRICES, MATRICES)
def test_distances_agree_with_scipy(points, centres):
    np.testing.assert_allclose(geometry.squared_distances(points, centres), cdist(points, centres) ** 2, atol=1e-9)
    np.testing.assert_allclose(geometry.distances(points, centres), cdist(points, centres), atol=2e-5)


@given(arrays(np.float64, (3, 5), elements=st.floats(-1e4, 1e4)))
def test_softmax_sums_to_one_for_any_scores(scores):
    weights = geometry.softmax(scores)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-12)


def test_softmax_gives_nothing_to_minus_infinity():
    np.testing.assert_array_equal(geometry.softmax(np.array([[0.0, -np.inf]])), [[1.0, 0.0]])


def test_cosine_distance_of_opposites_is_two():
    np.testing.assert_allclose(
        geometry.cosine_distances(np.array([[1.0, 0.0]]), np.array([[2.0, 0.0], [0.0, 3.0], [-1.0, 0.0]])),
        [[0.0, 1.0, 2.0]],
        atol=1e-9,
    )


def test_unit_of_zero_is_zero():
    np.testing.assert_array_equal(geometry.unit(np.zeros((1, 3))), np.zeros((1, 3)))


def test_effective_count_of_uniform_and_of_one():
    np.testing.assert_allclose(
        geometry.effective_count(np.array([[0.25] * 4, [1.0, 0.0, 0.0, 0.0]])), [4.0, 1.0], rtol=1e-9
    )


def test_distance_has_a_finite_slope_at_zero():
    point = torch.zeros(1, 3, requires_grad=True)
    geometry.distances(point, torch.zeros(1, 3)).sum().backward()
    assert torch.isfinite(point.grad).all()


def test_both_engines_agree():
    rng = np.random.default_rng(0)
    points, centres = rng.normal(size=(5, 7)), rng.normal(size=(3, 7))
    for function in (geometry.squared_distances, geometry.distances, geometry.cosine_distances):
        ours = function(points, centres)
        theirs = function(torch.from_numpy(points), torch.from_numpy(centres)).numpy()
        np.testing.assert_allclose(ours, theirs, rtol=1e-10)
