"""Centres that are moved after fitting: every expert at another's place, or at a random row's."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.models.labels.checkpoint import load
from prle.stages.bench.methods.disturbances import (
    DISTURBANCES,
    DisturbanceName,
    disturbed,
    permuted_centres,
    random_centres,
)
from prle.workspace import open_workspace


def test_every_name_has_its_function():
    assert set(DISTURBANCES) == set(get_args(DisturbanceName))


@given(count=st.integers(2, 30), seed=st.integers(0, 1000))
def test_every_expert_gets_the_centre_of_another(count, seed):
    centres = np.arange(count, dtype=np.float32)[:, None, None] * np.ones((1, 2, 3), np.float32)
    moved = permuted_centres(centres, centres, np.random.default_rng(seed))[:, 0, 0]
    assert sorted(moved.tolist()) == list(range(count))
    assert not np.any(moved == np.arange(count))


def test_random_centres_are_different_training_rows():
    train = np.random.default_rng(0).normal(size=(40, 1, 5)).astype(np.float32)
    moved = random_centres(np.zeros((8, 1, 5), np.float32), train, np.random.default_rng(1))
    places = [int(np.flatnonzero((train == centre).all(axis=(1, 2)))[0]) for centre in moved]
    assert len(set(places)) == 8


@pytest.mark.parametrize("name", DISTURBANCES)
def test_only_centres_move_and_predictions_with_them(workspace, name):
    with open_workspace(workspace) as opened:
        whole, train = load(opened, "default"), opened.embeddings("train")
        before = {part: dict(arrays) for part, arrays in whole.members[0].items()}
        other = disturbed(whole, name, train, seed=0)
        again = disturbed(whole, name, train, seed=0)
        test = opened.embeddings("test")
    for part, arrays in other.members[0].items():
        for key, array in arrays.items():
            same = np.array_equal(array, before[part][key])
            assert same == ((part, key) != ("prototypes", "vectors"))
    assert np.abs(other.predictor().predict(test) - whole.predictor().predict(test)).max() > 1e-3
    np.testing.assert_array_equal(other.predictor().predict(test), again.predictor().predict(test))


def test_permuting_centres_permutes_who_is_asked(workspace):
    """The weights of the moved model are those of the whole one, under other numbers."""
    with open_workspace(workspace) as opened:
        whole, test = load(opened, "default"), opened.embeddings("test")
        other = disturbed(whole, "permuted centres", opened.embeddings("train"), seed=3)
    ours, theirs = whole.predictor().weights(test), other.predictor().weights(test)
    np.testing.assert_allclose(np.sort(ours, axis=1), np.sort(theirs, axis=1), atol=1e-5)
    assert np.any(ours.argmax(axis=1) != theirs.argmax(axis=1))
