"""Soft targets: shares that mean what document 001 says, and a memory that goes on where it stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.arrays.geometry import unit
from prle.config import SoftTargetName, resolve
from prle.models.texts.soft_targets import SOFT_TARGETS, LabelState, make_soft_targets
from prle.models.texts.soft_targets.interface import softened

NAMES = get_args(SoftTargetName)
RNG = np.random.default_rng(0)
# Two heaps of four texts each.
VECTORS = unit(np.repeat(np.eye(6)[:2], 4, axis=0) + 0.1 * RNG.normal(size=(8, 6))).astype(np.float32)
CODES, COLUMNS = np.array([0, 5, 0]), np.arange(8)


@dataclass
class Listener:
    notes: list[str] = field(default_factory=list)

    def note(self, message):
        self.notes.append(message)


def state(*, clusters=2, each=3, interval=1, **more) -> LabelState:
    return LabelState(VECTORS, clusters=clusters, each=each, interval=interval, **more)


def seen_all(**more) -> LabelState:
    made = state(**more)
    made.see(COLUMNS, VECTORS)
    return made


def make(name, **losses):
    settings = {f"answer_losses.{key}": value for key, value in losses.items()}
    return make_soft_targets(resolve(None, {"answer_losses.soft_targets": name, **settings}).answer_losses)


def test_the_registry_has_every_name():
    assert set(SOFT_TARGETS) == set(NAMES)
    assert all(make(name).name == name for name in NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "none"])
def test_rows_are_shares(name):
    found = make(name)(seen_all(), CODES, COLUMNS)
    assert found.shape == (3, 8)
    assert found.min() >= 0
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_array_equal(found[0], found[2])


def test_hard_targets_have_no_soft_part():
    assert make("none")(seen_all(), CODES, COLUMNS) is None


def test_the_control_knows_no_likeness():
    np.testing.assert_allclose(make("uniform")(seen_all(), CODES, COLUMNS), 1 / 8)


def test_like_texts_get_more():
    found = make("pairwise")(seen_all(), CODES, COLUMNS)
    assert found[0, :4].min() > found[0, 4:].max()
    assert found[1, 4:].min() > found[1, :4].max()
    assert found[0].argmax() == 0


def test_texts_of_one_cluster_get_the_same_targets():
    found = make("prototype")(seen_all(), np.arange(8), COLUMNS)
    for heap in (slice(0, 4), slice(4, 8)):
        assert np.ptp(found[heap], axis=0).max() == 0
    assert found[0, :4].min() > found[0, 4:].max()


def test_hybrid_is_the_blend():
    memory = seen_all()
    parts = [make(name)(memory, CODES, COLUMNS) for name in ("pairwise", "prototype")]
    found = make("hybrid", prototype_weight=0.3)(memory, CODES, COLUMNS)
    np.testing.assert_allclose(found, 0.7 * parts[0] + 0.3 * parts[1], atol=1e-6)


def test_before_there_are_clusters_hybrid_is_pairwise_and_prototype_nothing():
    early = state(interval=100)
    assert make("prototype")(early, CODES, COLUMNS) is None
    np.testing.assert_array_equal(make("hybrid")(early, CODES, COLUMNS), make("pairwise")(early, CODES, COLUMNS))


def test_too_few_texts_make_no_clusters():
    memory = state(each=4)
    memory.see(COLUMNS[:7], VECTORS[:7])
    assert memory.centres is None
    memory.see(COLUMNS[7:], VECTORS[7:])
    assert memory.centres is not None
    np.testing.assert_allclose(np.linalg.norm(memory.centres, axis=1), 1.0, atol=1e-5)
    assert len(set(memory.cluster_of[:4])) == len(set(memory.cluster_of[4:])) == 1


def test_clusters_are_estimated_at_the_interval_and_told():
    listener = Listener()
    names = [f"text {code}" for code in COLUMNS]
    memory = state(interval=3, names=names, observer=listener)
    for _ in range(6):
        memory.see(COLUMNS, VECTORS)
    assert len(listener.notes) == 2
    assert listener.notes[1].startswith("soft targets, update 2: 8 texts in 2 clusters of 4 (")


def test_means_are_running_means():
    memory = state(interval=100)
    memory.see(np.array([0]), np.array([[1.0, 0, 0, 0, 0, 0]]))
    memory.see(np.array([0]), np.array([[0, 1.0, 0, 0, 0, 0]]))
    np.testing.assert_allclose(memory.means[0], unit(np.array([1.0, 1, 0, 0, 0, 0])), atol=1e-6)
    np.testing.assert_array_equal(memory.means[1], VECTORS[1])


def test_what_is_remembered_survives_being_kept():
    first, other = seen_all(interval=2), state(interval=2)
    other.restore(first.arrays())
    for memory in (first, other):
        memory.see(COLUMNS[::-1], VECTORS[::-1])
    for name, array in first.arrays().items():
        np.testing.assert_array_equal(other.arrays()[name], array)
    assert "centres" in other.arrays()


@given(st.integers(0, 1000), st.sampled_from([0.1, 0.5, 2.0]))
def test_z_scores_do_not_depend_on_scale_or_level(seed, temperature):
    likeness = np.random.default_rng(seed).normal(size=(3, 5))
    plain = softened(likeness, temperature, z_score=True)
    np.testing.assert_allclose(softened(0.01 * likeness + 0.9, temperature, z_score=True), plain, atol=1e-5)


def test_equal_likeness_is_uniform():
    np.testing.assert_allclose(softened(np.full((1, 4), 0.3), 0.1, z_score=True), 0.25)
