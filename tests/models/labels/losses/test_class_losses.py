"""Losses of classes on a case small enough to do by hand: two inputs, three prototypes, two classes."""

import numpy as np
import pytest
import torch

from prle.config import MetricLearning
from prle.models.labels.losses import LOSSES, Batch, Compared
from prle.models.labels.model import Forward
from prle.models.labels.routers import Spaces
from prle.models.labels.targets import ClassTarget

WEIGHTS = [[0.5, 0.5, 0.0], [0.0, 0.25, 0.75]]
OUTPUTS = [[[0.5, 0.5], [0.9, 0.1], [0.2, 0.8]], [[0.3, 0.7], [0.6, 0.4], [0.2, 0.8]]]
VALUE = [[1.0, 0.0], [1.0, 0.0]]
PROTOTYPES = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]
LABELS = [[1.0, 0.0], [0.0, 1.0]]


def batch(make=np.asarray, labels=LABELS, prototypes=PROTOTYPES):
    weights, outputs = make(WEIGHTS), make(OUTPUTS)
    forward = Forward(
        inputs=Spaces(retrieval=make(VALUE), value=make(VALUE)),
        prototypes=Spaces(retrieval=make(prototypes), value=make(prototypes)),
        weights=weights,
        outputs=outputs,
        prediction=(weights[:, :, None] * outputs).sum(1),
    )
    return Batch(
        target=ClassTarget(names=("no", "yes")),
        forward=forward,
        labels=make(labels),
        anchor_outputs=make([[0.5, 0.5], [0.9, 0.1], [0.2, 0.8]]),
        anchor_labels=make([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]),
        anchor_weights=make(np.eye(3)),
        compared=Compared(value=forward.inputs.value, labels=make(labels)),
    )


def loss(name, made):
    return LOSSES[name](MetricLearning())(made)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("task", -(np.log(0.7) + np.log(0.7)) / 2),
        ("local", -(0.5 * np.log(0.5) + 0.5 * np.log(0.9) + 0.25 * np.log(0.4) + 0.75 * np.log(0.8)) / 2),
        ("self_fit", -(np.log(0.5) + np.log(0.9) + np.log(0.8)) / 3),
        ("metric", 1.0),
    ],
)
def test_by_hand(name, expected):
    np.testing.assert_allclose(loss(name, batch()), expected, atol=1e-9)


def test_inputs_of_the_same_class_are_not_pushed_apart():
    np.testing.assert_allclose(loss("metric", batch(labels=[[1.0, 0.0], [1.0, 0.0]])), 0.0, atol=1e-9)


@pytest.mark.parametrize("name", LOSSES)
def test_both_engines_agree(name):
    ours = loss(name, batch())
    theirs = loss(name, batch(lambda values: torch.tensor(values, dtype=torch.float64)))
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-9)


def test_diversity_is_the_mean_cosine_of_different_prototypes_and_nothing_for_one():
    np.testing.assert_allclose(loss("diversity", batch()), -1.0 / 3.0, atol=1e-9)
    np.testing.assert_allclose(loss("diversity", batch(prototypes=[[3.0, 4.0]])), 0.0, atol=1e-9)
    alike = [[1.0, 1.0], [2.0, 2.0], [5.0, 5.0]]
    np.testing.assert_allclose(loss("diversity", batch(prototypes=alike)), 1.0, atol=1e-9)


def test_diversity_moves_prototypes_and_nothing_else():
    made = batch(lambda values: torch.tensor(values, dtype=torch.float64, requires_grad=True))
    loss("diversity", made).backward()
    assert made.forward.prototypes.retrieval.grad.abs().sum() > 0
    assert made.forward.outputs.grad is None
