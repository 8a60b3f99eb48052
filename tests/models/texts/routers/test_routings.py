"""Every routing: rows sum to one, and what is known of each by hand."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.arrays.geometry import unit
from prle.config import RoutingName
from prle.models.texts.routers import (
    ROUTINGS,
    Asked,
    ExemplarRouting,
    FederatedRouting,
    GlobalRouting,
    GroupRouting,
    PathRouting,
    anchors_of,
    clustered,
    importance_of,
)
from prle.models.texts.routers import exemplar as exemplar_module
from prle.models.texts.routers.interface import Clusters
from prle.models.texts.routers.path import levels_of, prefixes

RNG = np.random.default_rng(0)
QUESTIONS = unit(RNG.normal(size=(40, 6))).astype(np.float32)
OWNER = RNG.permutation(np.arange(40) % 4)
CLUSTERS = clustered(QUESTIONS, tuple(np.flatnonzero(k == OWNER) for k in range(4)), ())
NEAR = FederatedRouting(centroids=CLUSTERS.centroids, temperature=0.1, speakers=4)
EXEMPLAR = ExemplarRouting(questions=QUESTIONS, owner=OWNER, count=4, temperature=0.1)
GROUPS = GroupRouting(names=(("a",), ("b",), ("c",), ("d",)), unknown=NEAR)
PATHS = PathRouting(names=("", "x", "x > y", "z"), sizes=np.array([40, 20, 10, 20]), prior=10.0, unknown=NEAR)
KINDS = {
    "global": GlobalRouting(),
    "federated": NEAR,
    "exemplar": EXEMPLAR,
    "group": GROUPS,
    "path": PATHS,
}


def asked(count: int = 7, seed: int = 1, **filed) -> Asked:
    vectors = np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32)
    return Asked(vectors=vectors, **filed)


def test_the_registry_has_every_name():
    assert set(ROUTINGS) == set(get_args(RoutingName)) == set(KINDS)
    assert all(isinstance(routing, ROUTINGS[name]) for name, routing in KINDS.items())


@pytest.mark.parametrize("name", KINDS)
@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 1000), count=st.integers(1, 9))
def test_weights_are_shares_whoever_asks(name, seed, count):
    filed = {"groups": ("a", "", "zzz") * 3, "paths": ("x>y", "", "q") * 3}
    question = asked(count, seed, **{key: value[:count] for key, value in filed.items()})
    weights = KINDS[name](question)
    assert weights.min() >= 0
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_array_equal(KINDS[name](question), weights)


def test_centroids_by_hand():
    routing = FederatedRouting(centroids=np.eye(2, dtype=np.float32), temperature=0.5, speakers=2)
    weights = routing(Asked(vectors=np.array([[3.0, 0.0]], np.float32)))
    np.testing.assert_allclose(weights[0, 0], np.exp(2.0) / (np.exp(2.0) + 1.0), rtol=1e-6)


def test_only_so_many_speak():
    few = FederatedRouting(centroids=CLUSTERS.centroids, temperature=0.1, speakers=2)
    weights, everybody = few(asked(30)), NEAR(asked(30))
    assert ((weights > 0).sum(axis=1) == 2).all()
    assert (weights.argmax(axis=1) == everybody.argmax(axis=1)).all()


def test_importance_multiplies_the_weight_of_a_centroid():
    equal = NEAR(asked())
    doubled = FederatedRouting(
        centroids=CLUSTERS.centroids, temperature=0.1, speakers=4, importance=np.array([2.0, 1.0, 1.0, 1.0])
    )(asked())
    raised = equal * np.array([2.0, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(doubled, raised / raised.sum(axis=1, keepdims=True), rtol=1e-5)


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_blocks_of_questions_change_nothing(block, monkeypatch):
    scores = np.exp(unit(asked(9).vectors) @ QUESTIONS.T / 0.1)
    by_hand = np.stack([scores[:, k == OWNER].sum(axis=1) for k in range(4)], axis=1)
    monkeypatch.setattr(exemplar_module, "QUESTIONS_AT_ONCE", block)
    monkeypatch.setattr(exemplar_module, "ASKED_AT_ONCE", 4)
    np.testing.assert_allclose(EXEMPLAR(asked(9)), by_hand / by_hand.sum(axis=1, keepdims=True), rtol=1e-4)


def test_votes_add_up_to_the_weights_of_clusters():
    question = asked(1)
    votes = EXEMPLAR.votes(question.vectors[0])
    np.testing.assert_allclose([votes[k == OWNER].sum() for k in range(4)], EXEMPLAR(question)[0], rtol=1e-4)


def test_a_second_softmax_flattens():
    twice = ExemplarRouting(questions=QUESTIONS, owner=OWNER, count=4, temperature=0.5, second_softmax=True)
    once = ExemplarRouting(questions=QUESTIONS, owner=OWNER, count=4, temperature=0.5)(asked(20))
    expected = np.exp(once / 0.5) / np.exp(once / 0.5).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(twice(asked(20)), expected, rtol=1e-5)


def test_a_question_that_counts_for_nothing_does_not_vote():
    silent = np.where(OWNER == 2, 0.0, 1.0)
    routing = ExemplarRouting(questions=QUESTIONS, owner=OWNER, count=4, temperature=0.1, importance=silent)
    assert routing(asked(20))[:, 2].max() < 1e-6


def test_many_questions_fit_a_small_memory():
    count, width = 100_000, 16
    rng = np.random.default_rng(0)
    questions = rng.standard_normal((count, width), dtype=np.float32)
    owner = np.arange(count) % 124
    routing = ExemplarRouting(questions=questions, owner=owner, count=124, temperature=0.1)
    tracemalloc.start()
    weights = routing(Asked(vectors=rng.standard_normal((300, width), dtype=np.float32)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150 * 2**20, "all scores at once would take 240 MB in double precision"
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-4)


def test_a_known_group_decides_and_an_unknown_one_leaves_it_to_centroids():
    question = asked(3, groups=("b", "nobody", ""))
    weights = GROUPS(question)
    assert weights[0].tolist() == [0.0, 1.0, 0.0, 0.0]
    np.testing.assert_allclose(weights[1:], NEAR(question)[1:], rtol=1e-5)
    np.testing.assert_allclose(GROUPS(asked(3)), NEAR(asked(3)))


def test_clusters_that_were_put_together_have_the_places_of_all_of_them():
    members = (np.array([0, 1]), np.array([2]))
    apart = Clusters(members=members, centroids=np.eye(2, dtype=np.float32), names=("a", "b"))
    assert apart.places == ("a", "b")
    assert replace(apart, filed=(("a", "c"), ("b", "a"))).places == ("a", "c", "b")


def test_a_place_shares_with_those_above_it():
    weights = PATHS(asked(3, paths=("x > y", "x/unheard of", "")))
    # Ten rows at x > y take half, twenty at x two thirds of the rest, the top what is left.
    np.testing.assert_allclose(weights[0], [1 / 6, 1 / 3, 1 / 2, 0.0], rtol=1e-6)
    np.testing.assert_allclose(weights[1], [1 / 3, 2 / 3, 0.0, 0.0], rtol=1e-6)
    np.testing.assert_allclose(weights[2], NEAR(asked(3))[2], rtol=1e-5)


@pytest.mark.parametrize(
    ("path", "levels"), [("A > B", ("A", "B")), ("a/b/c.md", ("a", "b", "c.md")), ("", ()), ("A/B > C", ("A/B", "C"))]
)
def test_paths_have_levels(path, levels):
    assert levels_of(path) == levels
    assert prefixes(levels)[0] == ""
    assert len(prefixes(levels)) == len(levels) + 1


def test_anchors_are_members_in_the_middle():
    anchors = anchors_of(CLUSTERS, QUESTIONS)
    for cluster, anchor in enumerate(anchors):
        members = CLUSTERS.members[cluster]
        near = QUESTIONS @ CLUSTERS.centroids[cluster]
        assert anchor in members
        assert near[anchor] == pytest.approx(near[members].max(), abs=1e-6)


def test_importance_is_relative_entropy():
    weights = np.array([[0.25] * 4, [1.0, 0.0, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0]])
    np.testing.assert_allclose(importance_of(weights), [1.0, 0.0, 0.5])
    assert importance_of(np.ones((2, 1))).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("global", [False, False, False, False]),
        ("federated", [False, False, False, False]),
        ("exemplar", [False, False, False, False]),
        ("group", [True, False, False, True]),
        ("path", [False, True, False, False]),
    ],
)
def test_only_what_is_filed_where_a_routing_knows_is_routed_by_that(name, expected):
    question = asked(4, groups=("a", "zzz", "", "d"), paths=("q > x", "x > q", "", "x2"))
    np.testing.assert_array_equal(KINDS[name].filed(question), expected)
    assert not KINDS[name].filed(asked(3)).any()
