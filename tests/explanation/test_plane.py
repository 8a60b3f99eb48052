from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.explanation.plane import principal_plane


def cloud(seed: int, rows: int = 200, width: int = 30) -> np.ndarray:
    """Points that vary less and less along random directions."""
    rng = np.random.default_rng(seed)
    turned = np.linalg.qr(rng.normal(size=(width, width)))[0]
    return rng.normal(size=(rows, width)) * 0.8 ** np.arange(width) @ turned + rng.normal(size=width)


def test_it_is_that_of_the_singular_value_decomposition():
    points = cloud(0)
    plane = principal_plane(points, np.random.default_rng(0))
    centred = points - points.mean(axis=0)
    _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(np.abs(np.sum(plane.axes.T * directions[:2], axis=1)), 1.0, atol=1e-6)
    np.testing.assert_allclose(plane.shares, (lengths**2 / np.sum(lengths**2))[:2], rtol=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_the_map_does_not_depend_on_where_the_search_starts_nor_on_where_the_points_are(seed):
    points = cloud(3)
    first = principal_plane(points, np.random.default_rng(0))
    other = principal_plane(points + 7.0, np.random.default_rng(seed))
    np.testing.assert_allclose(first.place(points), other.place(points + 7.0), atol=1e-4)


def test_axes_are_orthogonal_and_the_mean_is_in_the_middle():
    points = cloud(1)
    plane = principal_plane(points, np.random.default_rng(0))
    np.testing.assert_allclose(plane.axes.T @ plane.axes, np.eye(2), atol=1e-10)
    np.testing.assert_allclose(plane.place(points).mean(axis=0), 0.0, atol=1e-10)
    assert plane.shares[0] >= plane.shares[1]


@pytest.mark.parametrize(
    ("points", "shares"),
    [
        ([[1.0, 2.0, 3.0]], (0.0, 0.0)),
        ([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]], (0.0, 0.0)),
        ([[0.0, 0.0, 0.0], [1.0, 2.0, 2.0], [2.0, 4.0, 4.0]], (1.0, 0.0)),
        ([[0.0], [3.0]], (1.0, 0.0)),
    ],
)
def test_points_that_need_no_plane_are_placed_too(points, shares):
    plane = principal_plane(np.array(points), np.random.default_rng(0))
    np.testing.assert_allclose(plane.shares, shares, atol=1e-12)
    placed = plane.place(np.array(points))
    assert placed.shape == (len(points), 2)
    assert np.isfinite(placed).all()


def test_distances_along_a_line_are_kept():
    plane = principal_plane(np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 2.0], [2.0, 4.0, 4.0]]), np.random.default_rng(0))
    np.testing.assert_allclose(plane.place(np.array([[3.0, 6.0, 6.0]])), [[6.0, 0.0]], atol=1e-9)
