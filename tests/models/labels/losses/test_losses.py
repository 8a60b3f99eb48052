"""Each loss on a case small enough to do by hand: two inputs, three prototypes."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch

from prle.config import LossName, LossWeights, MetricForm, MetricLearning
from prle.errors import UsageError
from prle.models.labels.losses import LOSSES, METRIC_FORMS, Batch, Compared
from prle.models.labels.losses.contrast import ContrastLoss
from prle.models.labels.losses.label_distance import LabelDistanceLoss
from prle.models.labels.model import Forward
from prle.models.labels.routers import Spaces
from prle.models.labels.targets import NumberTarget

NUMBER = NumberTarget(mean=0.0, deviation=1.0)
WEIGHTS = [[0.5, 0.5, 0.0], [0.0, 0.25, 0.75]]
ANCHOR_WEIGHTS = [[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.25, 0.5, 0.25]]
OUTPUTS = [[[1.0], [3.0], [9.0]], [[9.0], [0.0], [4.0]]]
VALUE = [[1.0, 0.0], [0.0, 1.0]]
PROTOTYPES = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]


def batch(make=np.asarray, value=VALUE, labels=((1.0,), (2.0,))):
    weights, outputs = make(WEIGHTS), make(OUTPUTS)
    forward = Forward(
        inputs=Spaces(retrieval=make(value), value=make(value)),
        prototypes=Spaces(retrieval=make(PROTOTYPES), value=make(PROTOTYPES)),
        weights=weights,
        outputs=outputs,
        prediction=(weights[:, :, None] * outputs).sum(1),
    )
    return Batch(
        target=NUMBER,
        forward=forward,
        labels=make(labels),
        anchor_outputs=make([[1.0], [2.0], [3.0]]),
        anchor_labels=make([[1.0], [0.0], [0.0]]),
        anchor_weights=make(ANCHOR_WEIGHTS),
        compared=Compared(value=make(value), labels=make(labels)),
    )


def loss(name):
    return LOSSES[name](MetricLearning())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("task", ((2.0 - 1.0) ** 2 + (3.0 - 2.0) ** 2) / 2),
        ("local", (0.5 * 0 + 0.5 * 4 + 0.25 * 4 + 0.75 * 4) / 2),
        ("self_fit", (0.0 + 4.0 + 9.0) / 3),
        ("consistency", (0.5 * 0 + 0.5 * 1 + 0.25 * 0 + 0.75 * 1) / 2),
        ("metric", 0.0),
        ("anchor_route", (np.log(2) + 0.0 + np.log(4)) / 3),
        ("balance", np.log(3) + 0.25 * np.log(0.25) + 2 * 0.375 * np.log(0.375)),
        ("diversity", (0.0 - 1.0 + 0.0) * 2 / 6),
        ("entropy", (np.log(2) + 0.25 * np.log(4) + 0.75 * np.log(4 / 3)) / 2),
    ],
)
def test_by_hand(name, expected):
    np.testing.assert_allclose(loss(name)(batch()), expected, atol=1e-9)


def test_contrast_pushes_unlike_labels_that_are_too_near():
    near = [[1.0, 0.0], [1.0, 0.0]]
    np.testing.assert_allclose(ContrastLoss()(batch(value=near)), 1.0, atol=1e-9)


def test_contrast_pulls_alike_labels_that_are_far():
    np.testing.assert_allclose(ContrastLoss()(batch(labels=((1.0,), (1.0,)))), 1.0, atol=1e-9)


def test_contrast_refuses_thresholds_in_the_wrong_order():
    with pytest.raises(UsageError, match="alike < unlike"):
        ContrastLoss(alike=1.0, unlike=0.5)


THREE = {"value": [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]], "labels": ((0.0,), (0.5,), (0.1,))}
"""Cosine distances 1, 2, 1 of rows 1-2, 1-3, 2-3; label distances 0.5, 0.1, 0.4."""


def compared():
    return replace(batch(), compared=Compared(value=np.array(THREE["value"]), labels=np.array(THREE["labels"])))


def test_distances_are_regressed_on_label_distances():
    expected = ((1 - 0.5) ** 2 + (2 - 0.1) ** 2 + (1 - 0.4) ** 2) / 3
    np.testing.assert_allclose(LabelDistanceLoss()(compared()), expected, atol=1e-9)
    capped = ((1 - 1.0) ** 2 + (2 - 0.5) ** 2 + (1 - 1.0) ** 2) / 3
    np.testing.assert_allclose(LabelDistanceLoss(unlike=0.2)(compared()), capped, atol=1e-9)


def test_the_hardest_pairs_alone():
    np.testing.assert_allclose(LabelDistanceLoss(hardest=1 / 3)(compared()), 1.9**2, atol=1e-9)
    pulled, pushed = 2.0**2, 0.0
    np.testing.assert_allclose(ContrastLoss(alike=0.2, unlike=0.3)(compared()), pulled + pushed, atol=1e-9)


@pytest.mark.parametrize("form", [ContrastLoss, LabelDistanceLoss])
@pytest.mark.parametrize("hardest", [0.0, 1.5])
def test_a_share_of_pairs_is_a_share(form, hardest):
    with pytest.raises(UsageError, match="above 0, at most 1"):
        form(hardest=hardest)


def test_forms_are_the_list_of_names():
    assert tuple(METRIC_FORMS) == get_args(MetricForm)


def test_local_does_not_fade_with_more_prototypes():
    wide = batch()
    doubled = Forward(
        inputs=wide.forward.inputs,
        prototypes=wide.forward.prototypes,
        weights=np.concatenate([wide.forward.weights / 2] * 2, axis=1),
        outputs=np.concatenate([wide.forward.outputs] * 2, axis=1),
        prediction=wide.forward.prediction,
    )
    again = Batch(
        target=NUMBER,
        forward=doubled,
        labels=wide.labels,
        anchor_outputs=wide.anchor_outputs,
        anchor_labels=wide.anchor_labels,
        anchor_weights=wide.anchor_weights,
        compared=wide.compared,
    )
    np.testing.assert_allclose(loss("local")(again), loss("local")(wide))


def test_registry_is_the_list_of_names():
    assert tuple(LOSSES) == get_args(LossName) == tuple(LossWeights.model_fields)


def test_balance_and_entropy_reach_their_bounds():
    even = batch()
    weights = np.full((2, 3), 1 / 3)
    alike = replace(even, forward=replace(even.forward, weights=weights))
    np.testing.assert_allclose([loss("balance")(alike), loss("entropy")(alike)], [0.0, np.log(3)], atol=1e-9)
    one = replace(even, forward=replace(even.forward, weights=np.array([[0.0, 1.0, 0.0]] * 2)))
    np.testing.assert_allclose([loss("balance")(one), loss("entropy")(one)], [np.log(3), 0.0], atol=1e-9)


@pytest.mark.parametrize("name", LOSSES)
def test_both_engines_agree(name):
    ours = loss(name)(batch())
    theirs = loss(name)(batch(lambda values: torch.tensor(values, dtype=torch.float64)))
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-9)


def test_consistency_moves_prototypes():
    made = batch(lambda values: torch.tensor(values, dtype=torch.float64, requires_grad=True))
    loss("consistency")(made).backward()
    assert made.forward.prototypes.value.grad.abs().sum() > 0
