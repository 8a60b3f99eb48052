"""A graph of a model in which labels vote says what the model says, for every base, router and kind of target."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prle.config import ROUTER_CHOICES, resolve
from prle.models.exporting.files import run_graph
from prle.models.exporting.operators import new_graph
from prle.models.exporting.trees import depth
from prle.models.exporting.votes import trace_votes
from prle.models.labels.training.rows import Rows
from prle.models.labels.votes.scores import BASES
from prle.observer import SILENT
from prle.stages.fit.labels import fit_rows
from tests.conftest import make_world

QUICK = {"votes.voters": "examples", "prototypes.count": 5, "train.epochs": 2, "votes.folds": 2, "votes.maps": 1}


def fitted(sentences=1, *, classes=(), rows=160, **overrides):
    world = make_world(rows=rows + 60, sentences=sentences)
    labels = world.labels
    if classes:
        edges = np.quantile(labels, np.linspace(0, 1, len(classes) + 1)[1:-1])
        labels = np.digitize(labels, edges).astype(float)
    parts = [
        Rows(sentences=world.sentences[part], labels=labels[part], places=None, table=False, classes=classes)
        for part in (slice(0, rows), slice(rows, rows + 60))
    ]
    settings = {**QUICK, **{key.replace("__", "."): value for key, value in overrides.items()}}
    checkpoint, _ = fit_rows(*parts, resolve(None, settings), observer=SILENT)
    return checkpoint, parts[1].sentences


def compared(checkpoint, sentences):
    """Answers of the model, which looks at all rows, and of its graph."""
    ballot = replace(checkpoint.ballot, probes=len(checkpoint.anchors))
    graph = new_graph()
    trace_votes(graph, ballot, checkpoint.config, checkpoint.target, sentences.shape[1:])
    found = run_graph(graph.bytes(about="a test", properties={}), {"vectors": sentences})
    predictor = ballot.predictor(checkpoint.config, checkpoint.target, np.float64)
    return predictor, predictor.votes(sentences), found


def agree(checkpoint, sentences):
    predictor, votes, found = compared(checkpoint, sentences)
    answer, target = predictor.answered(votes), checkpoint.target
    said = found.get("prediction", found.get("probabilities"))
    assert said.dtype == found["responsibilities"].dtype == np.float32
    np.testing.assert_allclose(said, target.reported(answer.predictions), rtol=0, atol=1e-5)
    np.testing.assert_allclose(found["responsibilities"], answer.weights, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found["contributions"], answer.contributions, rtol=0, atol=1e-5)
    np.testing.assert_allclose(found["contributions"].sum(axis=1), said, rtol=0, atol=1e-5)
    count = found["shares"].shape[1]
    np.testing.assert_allclose(found["shares"], votes.alphas[:, :count], rtol=0, atol=1e-6)
    heavy = votes.alphas[:, :count] > 1e-4
    np.testing.assert_array_equal(found["voters"][heavy], predictor.voters.rows[votes.places[:, :count]][heavy])
    return found


@pytest.mark.parametrize(
    ("sentences", "base"),
    [
        *((1, base) for base in BASES),
        (1, "kernel+map"),
        *((2, base) for base in BASES if base != "map"),
        (2, "experts+kernel"),
    ],
)
def test_numbers_of_every_base(sentences, base):
    agree(*fitted(sentences, votes__base=base))


@pytest.mark.parametrize("base", [base for base in BASES if base != "kernel"])
@pytest.mark.parametrize("count", [2, 3])
def test_classes_of_every_base(base, count):
    found = agree(*fitted(classes=("a", "b", "c")[:count], votes__base=base, place__everyone=0.05))
    np.testing.assert_allclose(found["probabilities"].sum(axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(found["responsibilities"].sum(axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(found["shares"].sum(axis=1), 0.95, atol=1e-4)


@pytest.mark.parametrize("router", [router for router in ROUTER_CHOICES if router != "softmax"])
def test_every_router(router):
    agree(*fitted(votes__base="linear", router__kind=router))


@pytest.mark.parametrize("voters", ["examples", "prototypes"])
def test_what_differs_is_added_to_labels_of_examples_and_of_anchors_alone(voters):
    checkpoint, sentences = fitted(votes__base="linear", votes__voters=voters, votes__differs="on")
    assert np.abs(checkpoint.ballot.differs.slope).max() > 0.001
    assert len(checkpoint.ballot.voters) == (5 if voters == "prototypes" else 160)
    agree(checkpoint, sentences)


def test_rows_that_are_told_otherwise_or_do_not_vote():
    checkpoint, sentences = fitted(votes__base="linear")
    voters = checkpoint.ballot.voters
    gone = [row for row in range(30) if row not in checkpoint.anchors]
    changed = voters.without(gone).told({int(checkpoint.anchors[0]): 9.0})
    found = agree(replace(checkpoint, ballot=replace(checkpoint.ballot, voters=changed)), sentences)
    assert not np.isin(found["voters"], gone).any()


def test_an_index_that_misses_rows_is_not_in_the_graph():
    checkpoint, sentences = fitted(votes__base="linear", prototypes__count=12)
    near = replace(checkpoint.ballot, probes=1).predictor(checkpoint.config, checkpoint.target, np.float64)
    _, votes, found = compared(checkpoint, sentences)
    assert np.abs(near.votes(sentences).alphas - votes.alphas).max() > 1e-3
    agree(replace(checkpoint, ballot=replace(checkpoint.ballot, probes=1)), sentences)
    assert len(found["prediction"]) == len(sentences)


def test_many_rows_are_run_in_blocks(monkeypatch):
    checkpoint, sentences = fitted(votes__base="linear")
    _, _, whole = compared(checkpoint, sentences)
    monkeypatch.setattr("prle.models.exporting.files.AT_ONCE", 7)
    _, _, blocks = compared(checkpoint, sentences)
    assert len(blocks["voters"]) == 60
    np.testing.assert_allclose(blocks["prediction"], whole["prediction"], rtol=0, atol=1e-6)


def test_a_tree_that_is_a_leaf_has_no_steps():
    left = np.array([0, 2, 2, 3, 5, 5, 6])
    right = np.array([0, 3, 2, 3, 6, 5, 6])
    assert depth({"root": np.array([0]), "left": left, "right": right}) == 0
    assert depth({"root": np.array([0, 1]), "left": left, "right": right}) == 1
    left[3], right[3] = 4, 5
    assert depth({"root": np.array([0, 1]), "left": left, "right": right}) == 3
