"""Importance of rows: gradients by hand are gradients by torch, and scores are weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from prle.models.students.teaching.importance import (
    combined,
    fisher_of_classes,
    fisher_of_numbers,
    fisher_of_texts,
    normalised,
)
from prle.models.texts.experts import mapped

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(6, 3))
WEIGHTS = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)


def by_torch(likelihood):
    """Squared gradient norms of a log-likelihood by the logits of the weights."""
    logits = torch.from_numpy(LOGITS).requires_grad_()
    likelihood(torch.softmax(logits, dim=1)).sum().backward()
    return (logits.grad**2).sum(dim=1).numpy()


def test_numbers():
    outputs, labels = RNG.normal(size=(6, 3)), RNG.normal(size=6)
    said = torch.from_numpy(outputs)
    expected = by_torch(lambda w: -0.5 * (torch.from_numpy(labels) - (w * said).sum(dim=1)) ** 2)
    np.testing.assert_allclose(fisher_of_numbers(WEIGHTS, outputs, labels), expected, rtol=1e-6)


@pytest.mark.parametrize("logits", [False, True])
def test_classes(logits):
    outputs, codes = RNG.normal(size=(6, 3, 4)), np.array([0, 1, 2, 3, 0, 1])
    if not logits:
        outputs = np.exp(outputs) / np.exp(outputs).sum(axis=2, keepdims=True)
    said = torch.from_numpy(outputs)

    def likelihood(weights):
        sums = (weights[:, :, None] * said).sum(dim=1)
        logs = torch.log_softmax(sums, dim=1) if logits else torch.log(sums)
        return logs[torch.arange(6), torch.from_numpy(codes)]

    np.testing.assert_allclose(
        fisher_of_classes(WEIGHTS, outputs, codes, logits=logits), by_torch(likelihood), rtol=1e-6
    )


def test_texts():
    maps = {
        "shared": RNG.normal(size=(5, 5)),
        "left": RNG.normal(size=(5, 4)),
        "right": RNG.normal(size=(4, 5)),
        "owner": np.array([0, 1, 2, 3]),
        "offset": RNG.normal(size=(3, 5)),
    }
    questions, goals = RNG.normal(size=(6, 5)), RNG.normal(size=(6, 5))
    goals /= np.linalg.norm(goals, axis=1, keepdims=True)
    tensors = {name: torch.from_numpy(array) for name, array in maps.items()}

    def likelihood(weights):
        moved = mapped(tensors, torch.from_numpy(questions), weights)
        return torch.nn.functional.cosine_similarity(moved, torch.from_numpy(goals), dim=1)

    np.testing.assert_allclose(fisher_of_texts(maps, questions, WEIGHTS, goals), by_torch(likelihood), rtol=1e-5)


def test_weights_are_one_on_average_whatever_the_scores():
    scores = RNG.uniform(size=50)
    assert normalised(scores).mean() == pytest.approx(1.0)
    assert combined(scores, 1000.0 * scores[::-1]).mean() == pytest.approx(1.0)
    np.testing.assert_array_equal(normalised(np.zeros(4)), 1.0)
