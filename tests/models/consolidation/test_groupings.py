"""Contracts of all groupings, and what tells them apart."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.arrays.geometry import unit
from prle.config import GroupingName
from prle.errors import UsageError
from prle.models.consolidation import GROUPINGS, first_names, weighted_means

MIDDLES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])


def blobs():
    rng = np.random.default_rng(0)
    owner = rng.permutation(np.repeat(np.arange(3), 6))
    return MIDDLES[owner] + rng.normal(scale=0.3, size=(18, 2)), owner


def test_every_name_has_a_grouping():
    assert tuple(GROUPINGS) == get_args(GroupingName)


@pytest.mark.parametrize("name", GROUPINGS)
def test_what_lies_together_becomes_one(name):
    points, owner = blobs()
    groups = GROUPINGS[name]()(points, np.ones(18), 3)
    np.testing.assert_array_equal(groups, first_names(owner))


@pytest.mark.parametrize("name", GROUPINGS)
@pytest.mark.parametrize("count", [1, 2, 7, 18])
def test_groups_are_numbered_without_a_gap_by_their_first_point(name, count):
    points, _ = blobs()
    groups = GROUPINGS[name]()(points, np.arange(1.0, 19.0), count)
    assert groups.dtype == np.int64
    assert len(np.unique(groups)) <= count
    np.testing.assert_array_equal(groups, first_names(groups))
    np.testing.assert_array_equal(groups, GROUPINGS[name]()(points, np.arange(1.0, 19.0), count))


@pytest.mark.parametrize("name", GROUPINGS)
def test_points_that_coincide_leave_no_group_empty(name):
    """Four groups are asked for where there are two places: two would be empty, and numbers would shift."""
    points = np.repeat(np.eye(2), 5, axis=0)[[0, 5, 1, 6, 2, 7, 3, 8, 4, 9]]
    groups = GROUPINGS[name]()(points, np.ones(10), 4)
    assert set(groups[1::2]).isdisjoint(groups[::2])
    np.testing.assert_array_equal(np.unique(groups), np.arange(groups.max() + 1))
    assert (np.bincount(groups) > 0).all()


@pytest.mark.parametrize("name", GROUPINGS)
@pytest.mark.parametrize("count", [0, -1, 19])
def test_a_count_that_cannot_be_is_refused(name, count):
    with pytest.raises(UsageError, match="expected 1 to 18 groups"):
        GROUPINGS[name]()(blobs()[0], np.ones(18), count)


@pytest.mark.parametrize("name", ["hierarchical", "circle"])
@given(seed=st.integers(0, 1000))
def test_the_order_of_prototypes_decides_nothing(name, seed):
    rng = np.random.default_rng(seed)
    points, sizes, order = rng.normal(size=(9, 3)), rng.uniform(1, 2, size=9), rng.permutation(9)
    groups = GROUPINGS[name]()(points, sizes, 4)
    again = GROUPINGS[name]()(points[order], sizes[order], 4)
    np.testing.assert_array_equal(first_names(groups[order]), again)


def test_a_circle_holds_its_group():
    rng = np.random.default_rng(1)
    points = unit(rng.normal(size=(30, 4)))
    groups = GROUPINGS["circle"]()(points, np.ones(30), 6)
    between = np.arccos(np.clip(points @ points.T, -1, 1))
    widest = [between[np.ix_(own, own)].max(axis=1).min() for own in (np.flatnonzero(groups == g) for g in range(6))]
    random = first_names(rng.integers(0, 6, size=30))
    others = [between[np.ix_(own, own)].max(axis=1).min() for own in (np.flatnonzero(random == g) for g in range(6))]
    assert max(widest) < max(others)


def test_larger_prototypes_pull_harder():
    """On a line, the one in the middle goes where less weight is lost."""
    points = np.array([[0.0], [4.1], [8.0]])
    assert GROUPINGS["kmeans"]()(points, np.array([1.0, 1.0, 1.0]), 2).tolist() == [0, 1, 1]
    assert GROUPINGS["kmeans"]()(points, np.array([1.0, 9.0, 9.0]), 2).tolist() == [0, 0, 1]


def test_the_mean_of_a_group_weighs_its_members():
    means = weighted_means(np.array([[0.0], [3.0], [5.0]]), np.array([1.0, 2.0, 7.0]), np.array([0, 0, 1]))
    np.testing.assert_allclose(means, [[2.0], [5.0]])
