"""How much each training row counts while a student is taught (document 002); 1 on average."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import TINY, unit
from prle.models.texts.experts import added_along, mapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

BALANCE: Final = 0.5
"""Share of the routing's entropy in ``combined``; the rest is the encoder's uncertainty."""


def normalised(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return scores, at least 0, divided by their mean; ones where all are 0. *Shape:* (N,)."""
    mean = float(np.mean(scores))
    return np.asarray(scores / mean, np.float64) if mean > TINY else np.ones(len(scores))


def combined(entropy: NDArray[np.floating], uncertainty: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return a convex combination of both, each 1 on average before. *Shape:* two (N,)."""
    return BALANCE * normalised(entropy) + (1.0 - BALANCE) * normalised(uncertainty)


def fisher_of_numbers(
    weights: NDArray[np.floating], outputs: NDArray[np.floating], labels: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return the squared gradient norm of ``log N(y; sum_p w_p o_p, sigma)`` by the logits of w, up to a constant.

    ``d / d logit_p = (y - prediction) w_p (o_p - prediction) / sigma^2``. *Shapes:* two (N, P), (N,)
    """
    said = np.sum(weights * outputs, axis=1, keepdims=True)
    gradient = (labels[:, None] - said) * weights * (outputs - said)
    return np.asarray(np.sum(gradient**2, axis=1), np.float64)


def fisher_of_classes(
    weights: NDArray[np.floating], outputs: NDArray[np.floating], codes: NDArray[np.int64], *, logits: bool
) -> NDArray[np.float64]:
    """Return the squared gradient norm of the log probability of the true class by the logits of w.

    Of summed probabilities ``w_p (o_py / p_y - 1)``, of summed logits ``w_p sum_t (1[t = y] - p_t) (o_pt - s_t)``.

    :param weights: *Shape:* (N, P)
    :param outputs: what experts say. *Shape:* (N, P, T)
    """
    rows, sums = np.arange(len(codes)), np.sum(weights[:, :, None] * outputs, axis=1)
    if logits:
        raised = np.exp(sums - sums.max(axis=1, keepdims=True))
        wrong = -raised / raised.sum(axis=1, keepdims=True)
        wrong[rows, codes] += 1.0
        gradient = weights * np.einsum("npt,nt->np", outputs - sums[:, None, :], wrong)
    else:
        gradient = weights * (outputs[rows, :, codes] / (sums[rows, codes][:, None] + TINY) - 1.0)
    return np.asarray(np.sum(gradient**2, axis=1), np.float64)


def fisher_of_texts(
    maps: Mapping[str, NDArray[np.generic]],
    questions: NDArray[np.floating],
    weights: NDArray[np.floating],
    goals: NDArray[np.floating],
) -> NDArray[np.float64]:
    """Return the squared gradient norm of the cosine with the right text by the logits of w.

    The cosine is the log-likelihood of a von Mises-Fisher distribution around the mapped question, up to constants.

    :param goals: vectors of right texts, of length one. *Shape:* (N, T)
    """
    moved = mapped(maps, questions, weights)
    direction = unit(moved)
    cosine = np.sum(direction * goals, axis=1, keepdims=True)
    slope = (goals - cosine * direction) / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), TINY)
    added = added_along(maps, questions, weights, slope)
    gradient = added - weights * np.sum(added, axis=1, keepdims=True)
    return np.asarray(np.sum(gradient**2, axis=1), np.float64)
