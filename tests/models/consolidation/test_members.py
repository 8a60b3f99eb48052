"""Merged prototypes stay rows that can be read, and say what their experts said on average."""

from __future__ import annotations

import numpy as np

from prle.models.consolidation import group_anchors, merged_members
from prle.models.labels.experts.linear import LinearExperts

GROUPS = np.array([0, 1, 0], np.int64)
SIZES = np.array([1.0, 5.0, 3.0])


def member(rng):
    return {
        "prototypes": {"vectors": rng.normal(size=(3, 1, 4)).astype(np.float32)},
        "router": {"temperature": np.float32(2.0)},
        "experts": {
            "shared_weight": rng.normal(size=(1, 4)).astype(np.float32),
            "shared_bias": np.ones(1, np.float32),
            "centre": rng.normal(size=4).astype(np.float32),
            "axes": rng.normal(size=(2, 4)).astype(np.float32),
            "own_weight": rng.normal(size=(3, 1, 2)).astype(np.float32),
            "own_bias": rng.normal(size=(3, 1)).astype(np.float32),
            "penalty": np.float32(100.0),
        },
    }


def test_the_prototype_in_the_middle_stands_for_its_group():
    points = np.array([[0.0, 0.0], [9.0, 9.0], [1.0, 0.0], [2.0, 0.0]])
    groups = np.array([0, 1, 0, 0], np.int64)
    assert group_anchors(points, np.ones(4), groups).tolist() == [2, 1]
    assert group_anchors(points, np.array([9.0, 1.0, 1.0, 1.0]), groups).tolist() == [0, 1]


def test_an_expert_says_the_mean_of_what_experts_said():
    rng = np.random.default_rng(0)
    before = member(rng)
    merged = merged_members(before, np.array([2, 1]), SIZES, GROUPS)
    value = rng.normal(size=(5, 4)).astype(np.float32)
    old, new = (LinearExperts(rank=2)(each["experts"], value, None) for each in (before, merged))
    np.testing.assert_allclose(new[:, 0], 0.25 * old[:, 0] + 0.75 * old[:, 2], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(new[:, 1], old[:, 1], rtol=1e-6)
    np.testing.assert_array_equal(merged["prototypes"]["vectors"], before["prototypes"]["vectors"][[2, 1]])
    assert merged["experts"]["penalty"] == 0.0
    assert before["experts"]["penalty"] == 100.0
    assert merged["router"] is before["router"]
