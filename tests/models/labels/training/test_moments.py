from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from prle.models.labels.training.moments import Moments


@given(st.integers(2, 40), st.integers(1, 7), st.integers(0, 2**31))
def test_blocks_give_the_moments_of_all_rows(rows, parts, seed):
    points = np.random.default_rng(seed).normal(1e3, [1.0, 10.0, 0.1], size=(rows, 3))
    found = reduce(add, (Moments.of(block) for block in np.array_split(points, parts) if len(block)))
    np.testing.assert_allclose(found.mean, points.mean(axis=0), rtol=1e-12)
    centred = points - points.mean(axis=0)
    np.testing.assert_allclose(found.scatter, centred.T @ centred, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(found.variance, points.var(axis=0).mean(), rtol=1e-9)


def test_axes_are_the_widest_directions():
    found = Moments.of(np.random.default_rng(0).normal(0.0, [0.1, 10.0, 1.0], size=(200, 3)))
    np.testing.assert_allclose(np.abs(found.axes(2)), [[0, 1, 0], [0, 0, 1]], atol=0.05)
    assert found.axes(9).shape == (3, 3)


def test_rows_that_are_all_the_same_have_a_variance_to_divide_by():
    assert Moments.of(np.ones((3, 2))).variance > 0
