"""Maps of merged clusters: the mean is exact, what is cut is the least, what all share stays."""

from __future__ import annotations

import numpy as np
import pytest

from prle.models.consolidation import low_rank_maps, merged_maps
from prle.models.texts.experts import mapped

GROUPS = np.array([0, 1, 0, 1, 1], np.int64)
SIZES = np.array([2.0, 1.0, 6.0, 3.0, 4.0])
SHARES = np.array([[2, 0, 6, 0, 0], [0, 1, 0, 3, 4]]) / 8.0


def maps(rng):
    owner = np.array([5, 0, 1, 1, 2, 3, 5, 4, 4, 4])
    return {
        "shared": rng.normal(size=(6, 6)).astype(np.float32),
        "scale": rng.normal(size=5).astype(np.float32),
        "left": rng.normal(size=(6, 10)).astype(np.float32),
        "right": rng.normal(size=(10, 6)).astype(np.float32),
        "owner": owner.astype(np.int64),
        "offset": rng.normal(size=(5, 6)).astype(np.float32),
        "answer_left": rng.normal(size=(6, 2)).astype(np.float32),
        "answer_right": rng.normal(size=(2, 6)).astype(np.float32),
    }


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_group_maps_as_its_clusters_do_on_average(rng):
    before, questions = maps(rng), rng.normal(size=(3, 6)).astype(np.float32)
    merged = merged_maps(before, SIZES, GROUPS)
    for group in range(2):
        own = np.tile(np.eye(2, dtype=np.float32)[group], (3, 1))
        wanted = mapped(before, questions, np.tile(SHARES[group].astype(np.float32), (3, 1)))
        np.testing.assert_allclose(mapped(merged, questions, own), wanted, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(merged["shared"], before["shared"])
    np.testing.assert_array_equal(merged["answer_left"], before["answer_left"])
    assert sorted(merged["owner"]) == merged["owner"].tolist()
    assert (merged["owner"] == 2).sum() == 2


def test_merging_each_with_itself_changes_nothing(rng):
    before, questions = maps(rng), rng.normal(size=(4, 6)).astype(np.float32)
    weights = rng.dirichlet(np.ones(5), size=4).astype(np.float32)
    merged = merged_maps(before, SIZES, np.arange(5))
    np.testing.assert_allclose(
        mapped(merged, questions, weights), mapped(before, questions, weights), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_low_rank_is_the_nearest_one(rng, rank):
    merged = merged_maps(maps(rng), SIZES, GROUPS)
    cut = low_rank_maps(merged, 2, rank=rank)
    for group in range(2):
        whole, left = (
            each["left"][:, each["owner"] == group] @ each["right"][each["owner"] == group] for each in (merged, cut)
        )
        first, values, second = np.linalg.svd(whole)
        nearest = first[:, :rank] * values[:rank] @ second[:rank]
        np.testing.assert_allclose(left, nearest, atol=1e-4)
        assert (cut["owner"] == group).sum() <= rank
    for name in ("left", "right"):
        kept = [np.moveaxis(each[name], int(name == "left"), 0)[each["owner"] == 2] for each in (merged, cut)]
        np.testing.assert_array_equal(*kept)


def test_maps_without_factors_are_already_small(rng):
    plain = {"scale": np.ones(5, np.float32)}
    assert low_rank_maps(merged_maps(plain, SIZES, GROUPS), 2, rank=1)["scale"].tolist() == [1.0, 1.0]
