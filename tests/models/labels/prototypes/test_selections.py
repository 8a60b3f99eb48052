"""The contract of every way to choose prototypes, and what each is for."""

import numpy as np
import pytest

from prle.models.labels.prototypes import SELECTIONS
from prle.models.labels.prototypes.farthest_first import farthest_first
from prle.models.labels.prototypes.kmeans import kmeans
from prle.models.labels.prototypes.kmedoids import kmedoids
from prle.models.labels.prototypes.snapping import snap, snap_to


@pytest.fixture
def points():
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(centre, 0.1, size=(30, 2)) for centre in ((0, 0), (5, 0), (0, 5))])


@pytest.mark.parametrize("name", SELECTIONS)
@pytest.mark.parametrize("count", [1, 3, 90])
def test_rows_are_distinct_and_repeatable(name, count, points):
    rows = SELECTIONS[name](points, count, np.random.default_rng(7))
    assert rows.shape == (count,)
    assert len(set(rows.tolist())) == count
    assert rows.min() >= 0
    assert rows.max() < len(points)
    np.testing.assert_array_equal(rows, SELECTIONS[name](points, count, np.random.default_rng(7)))


@pytest.mark.parametrize("name", SELECTIONS)
def test_identical_rows_still_give_distinct_prototypes(name):
    rows = SELECTIONS[name](np.ones((6, 3)), 4, np.random.default_rng(0))
    assert len(set(rows.tolist())) == 4


@pytest.mark.parametrize("choose", [kmeans, kmedoids, farthest_first])
def test_three_clusters_are_each_represented(choose, points):
    rows = choose(points, 3, np.random.default_rng(3))
    assert sorted(rows // 30) == [0, 1, 2]


def test_a_seed_matters(points):
    chosen = {tuple(SELECTIONS["random_real"](points, 5, np.random.default_rng(seed))) for seed in range(5)}
    assert len(chosen) == 5


def test_medoid_of_a_line_is_its_middle():
    rows = kmedoids(np.array([[0.0], [1.0], [2.0], [3.0], [10.0]]), 1, np.random.default_rng(0))
    assert rows.tolist() == [2]


def test_snap_parts_two_prototypes_that_want_one_row():
    points = np.array([[0.0], [1.0], [5.0]])
    assert snap(np.array([[0.1], [0.0]]), points).tolist() == [1, 0]


def test_snap_returns_prototypes_that_did_not_move():
    points = np.random.default_rng(0).normal(size=(40, 3))
    rows = np.array([5, 30, 2, 17])
    np.testing.assert_array_equal(snap(points[rows], points), rows)


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_rows_that_come_in_blocks_are_snapped_to_alike(size):
    rng = np.random.default_rng(0)
    points, prototypes = rng.normal(size=(90, 3)), rng.normal(size=(6, 3))
    blocks = [points[first : first + size] for first in range(0, 90, size)]
    np.testing.assert_array_equal(snap_to(prototypes, blocks), snap(prototypes, points))
