"""Boosted trees that somebody broke: they lead nowhere else than down, or are refused."""

from __future__ import annotations

import numpy as np
import pytest

from prle.models.labels.votes.checks import check_trees

# Two trees over three columns, of which the last two are joined: a root with two leaves, and a leaf alone.
TREES = {
    "feature": np.array([1, 0, 0, 0], np.int32),
    "threshold": np.array([0.5, 0.0, 0.0, 0.0]),
    "left": np.array([1, 1, 2, 3], np.int32),
    "right": np.array([2, 1, 2, 3], np.int32),
    "value": np.array([0.0, -1.0, 1.0, 0.2]),
    "root": np.array([0, 3], np.int32),
    "column": np.array([0, 1], np.int32),
    "start": np.zeros(2),
    "joined": np.array([0, 1, 1], np.int32),
}


def test_trees_that_are_whole_are_taken():
    check_trees(TREES, 2, 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("left", [0, 1, 2, 3]),  # For ever at the root.
        ("right", [2, 0, 2, 3]),
        ("left", [9, 1, 2, 3]),
        ("right", [2**31 - 1, 1, 2, 3]),
        ("left", [-1, 1, 2, 3]),
        ("left", [1, 2, 2, 3]),
        ("left", [1, 1, 2]),
        ("root", [0, 4]),
        ("root", [-1, 3]),
        ("root", []),
        ("column", [0, 2]),
        ("column", [0]),
        ("feature", [2, 0, 0, 0]),
        ("feature", [1, 0, 0]),
        ("threshold", [0.5]),
        ("value", [[0.0, -1.0, 1.0, 0.2]]),
        ("start", [0.0]),
        ("joined", [0, 1, 3]),
        ("joined", [1, 1, 2]),
        ("joined", [0, 1]),
    ],
)
def test_trees_that_lead_elsewhere_are_refused(name, value):
    broken = {**TREES, name: np.array(value, TREES[name].dtype)}
    with pytest.raises((ValueError, IndexError)):
        check_trees(broken, 2, 3)


def test_nodes_are_whole_numbers():
    with pytest.raises(ValueError, match="expected trees"):
        check_trees({**TREES, "left": TREES["left"].astype(float)}, 2, 3)
