"""Every way to find maps: what they promise, and what is known of each by hand."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.arrays.geometry import unit
from prle.config import MatrixName, resolve
from prle.models.texts.experts import MATRICES, Pairs, make_matrices, mapped, mapped_answers
from prle.models.texts.experts.ridge import RidgeMatrices
from prle.models.texts.experts.rotation import fit_similarity

CONFIG = resolve(None, {"answers.rank": 3})
NAMES = get_args(MatrixName)


def make_pairs(rows: int = 30, width: int = 8, goal: int = 8, seed: int = 0) -> Pairs:
    rng = np.random.default_rng(seed)
    questions = unit(rng.normal(size=(rows, width))).astype(np.float32)
    turned = questions @ rng.normal(size=(width, goal)) + 0.1 * rng.normal(size=(rows, goal))
    return Pairs(questions=questions, answers=unit(turned).astype(np.float32), codes=np.arange(rows))


MEMBERS = (np.arange(0, 12), np.arange(12, 20), np.arange(20, 30))
WEIGHTS = np.random.default_rng(1).dirichlet(np.ones(3), size=30).astype(np.float32)


def solved(name: str, pairs: Pairs) -> dict:
    return make_matrices(name, CONFIG, penalty=1.0).solve(pairs, MEMBERS)


def test_the_registry_has_every_name():
    assert set(MATRICES) == set(NAMES)
    assert {name: kind.name for name, kind in MATRICES.items()} == {name: name for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("goal", [8, 5], ids=["one space", "two spaces"])
def test_maps_have_the_right_shape_and_the_same_value_in_both_engines(name, goal):
    pairs = make_pairs(goal=goal)
    if MATRICES[name].one_space and not pairs.one_space:
        pytest.skip("it needs one space")
    maps = solved(name, pairs)
    found = mapped(maps, pairs.questions, WEIGHTS)
    assert found.shape == (30, goal)
    assert np.isfinite(found).all()
    tensors = {key: torch.from_numpy(np.array(array)) for key, array in maps.items()}
    peer = mapped(tensors, torch.from_numpy(pairs.questions), torch.from_numpy(WEIGHTS))
    np.testing.assert_allclose(peer.numpy(), found, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in NAMES if MATRICES[name].learned])
def test_learned_maps_start_from_the_raw_vector_and_have_gradients(name):
    pairs = make_pairs()
    maps = solved(name, pairs)
    np.testing.assert_allclose(mapped(maps, pairs.questions, WEIGHTS), pairs.questions, atol=1e-6)
    np.testing.assert_allclose(mapped_answers(maps, pairs.answers), pairs.answers, atol=1e-6)
    tensors = {key: torch.from_numpy(np.array(array)) for key, array in maps.items()}
    learned = [tensors[key].requires_grad_() for key in MATRICES[name].learned]
    z = mapped(tensors, torch.from_numpy(pairs.questions), torch.from_numpy(WEIGHTS))
    texts = mapped_answers(tensors, torch.from_numpy(pairs.answers))
    ((z - texts) ** 2).sum().backward()
    moving = [key for key in MATRICES[name].learned if key.endswith("right")]
    assert all(tensors[key].grad.abs().sum() > 0 for key in moving)
    assert all(tensor.grad is not None for tensor in learned)


@pytest.mark.parametrize("name", [name for name in NAMES if MATRICES[name].clustered])
def test_one_weight_of_one_is_that_clusters_map_alone(name):
    pairs = make_pairs()
    maps = solved(name, pairs)
    if MATRICES[name].learned:
        maps["right"] = np.random.default_rng(3).normal(size=maps["right"].shape).astype(np.float32)
    eye = np.eye(3, dtype=np.float32)
    alone = [mapped(maps, pairs.questions, np.repeat(eye[[k]], 30, axis=0)) for k in range(3)]
    blended = mapped(maps, pairs.questions, WEIGHTS)
    np.testing.assert_allclose(sum(WEIGHTS[:, [k]] * alone[k] for k in range(3)), blended, atol=1e-4)
    assert not np.allclose(alone[0], alone[1])


def test_a_similarity_that_is_there_is_found():
    rng = np.random.default_rng(0)
    rotation, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    rotation[:, 0] *= np.sign(np.linalg.det(rotation))
    points = rng.normal(size=(40, 6))
    goals = 1.7 * (points - points.mean(axis=0)) @ rotation + 3.0
    found = fit_similarity(points, goals)
    np.testing.assert_allclose(
        found.scale * points + (points @ found.left) @ found.right + found.offset, goals, atol=1e-5
    )
    assert found.scale == pytest.approx(1.7, rel=1e-5)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_a_rotation_turns_only_what_pairs_say_something_of_and_never_mirrors(seed, rows):
    rng = np.random.default_rng(seed)
    width = 20
    points, goals = rng.normal(size=(rows, width)), rng.normal(size=(rows, width))
    found = fit_similarity(points, goals)
    whole = (found.scale * np.eye(width) + found.left @ found.right) / found.scale
    np.testing.assert_allclose(whole @ whole.T, np.eye(width), atol=1e-5)
    assert np.linalg.det(whole) == pytest.approx(1.0, abs=1e-5)
    assert found.left.shape[1] <= 2 * rows
    span = np.concatenate([points - points.mean(0), goals - goals.mean(0)])
    elsewhere = np.linalg.svd(span)[2][2 * rows :]
    np.testing.assert_allclose(elsewhere @ whole, elsewhere, atol=1e-5)


def test_one_pair_alone_is_a_shift():
    found = fit_similarity(np.ones((1, 4)), np.arange(4.0)[None])
    assert (found.scale, found.left.shape) == (1.0, (4, 0))
    np.testing.assert_allclose(1.0 + found.offset, np.arange(4.0))


def test_ridge_is_held_toward_the_identity():
    pairs = make_pairs()
    heavy = RidgeMatrices(penalty=1e9).solve(pairs, MEMBERS)
    np.testing.assert_allclose(heavy["shared"], np.eye(8), atol=1e-6)
    light = RidgeMatrices(penalty=1e-9).solve(pairs, MEMBERS)
    least = np.linalg.lstsq(pairs.questions.astype(float), pairs.answers.astype(float), rcond=None)[0]
    np.testing.assert_allclose(light["shared"], least, atol=1e-3)


def test_cluster_ridge_by_its_pairs_is_cluster_ridge_by_its_features():
    """The factored form loses nothing."""
    pairs = make_pairs()
    maps = solved("cluster_ridge", pairs)
    shared = maps["shared"].astype(float)
    for cluster, rows in enumerate(MEMBERS):
        points, goals = pairs.questions[rows].astype(float), pairs.answers[rows].astype(float)
        own = np.linalg.solve(points.T @ points + np.eye(8), points.T @ (goals - points @ shared))
        mine = maps["owner"] == cluster
        np.testing.assert_allclose(maps["left"][:, mine] @ maps["right"][mine], own, atol=1e-4)


def test_the_mean_text_stands_in_for_the_raw_vector_between_spaces():
    pairs = make_pairs(goal=5)
    found = mapped(solved("identity", pairs), pairs.questions, WEIGHTS)
    np.testing.assert_allclose(found, np.repeat(pairs.answers.mean(axis=0)[None], 30, axis=0), atol=1e-6)
