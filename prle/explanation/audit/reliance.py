"""Do the heaviest prototypes decide? Comprehensiveness and sufficiency (DeYoung et al., 2020), for prototypes.

*Comprehensive* is an explanation without which the prediction changes, *sufficient* is one that gives it alone. Both
are absolute changes of one number (in label units, or what adds up to the class that is predicted), averaged over
explanations of :data:`SIZES` prototypes; the others, or those alone, share the weight, and experts stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES: Final = (1, 3, 5, 10)
"""Prototypes in an explanation, fewer than there are."""

SILENT: Final = 1e-30
"""Those who have less of the weight than this between them say nothing: the rest is rounding."""

ROUNDING: Final = 1e-12
"""Of the largest prediction; changes that are no larger are none."""


@dataclass(frozen=True, kw_only=True)
class Reliance:
    """By how much B predictions change, in the units of what experts say. *Shape:* (B,) each.

    :param comprehensiveness: without the heaviest prototypes.
    :param sufficiency: with the heaviest alone.
    :param random_comprehensiveness: without as many random ones.
    :param random_sufficiency: with as many random ones alone.
    """

    comprehensiveness: NDArray[np.float64]
    sufficiency: NDArray[np.float64]
    random_comprehensiveness: NDArray[np.float64]
    random_sufficiency: NDArray[np.float64]


def reliance(weights: NDArray[np.floating], outputs: NDArray[np.floating], seed: int) -> Reliance:
    """Take the heaviest prototypes away, and everything but them.

    :param weights: of prototypes. *Shape:* (B, P), P >= 2
    :param outputs: what they say. *Shape:* (B, P)
    """
    rng = np.random.default_rng(seed)
    shares = np.asarray(weights, np.float64)
    count = shares.shape[1]
    everyone = np.tile(np.arange(count), (len(shares), 1))
    orders = np.argsort(-shares, axis=1, kind="stable"), rng.permuted(everyone, axis=1)
    before = _said(shares, outputs, np.ones_like(shares, np.bool_))
    changes = []
    for order in orders:
        rank = np.argsort(order, axis=1, kind="stable")
        sizes = [size for size in SIZES if size < count]
        without, alone = (
            [_moved(_said(shares, outputs, kept), before) for kept in sets]
            for sets in ([rank >= size for size in sizes], [rank < size for size in sizes])
        )
        changes.append((np.mean(without, axis=0), np.mean(alone, axis=0)))
    (comprehensiveness, sufficiency), (random_comprehensiveness, random_sufficiency) = changes
    return Reliance(
        comprehensiveness=comprehensiveness,
        sufficiency=sufficiency,
        random_comprehensiveness=random_comprehensiveness,
        random_sufficiency=random_sufficiency,
    )


def _moved(after: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far predictions are from what they were; none at all where it is but for rounding. *Shape:* (B,)."""
    apart = np.abs(after - before)
    return np.where(apart > ROUNDING * np.abs(before).max(), apart, 0.0)


def _said(weights: NDArray[np.float64], outputs: NDArray[np.floating], kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Predict with the prototypes that are kept; they speak alike where none of them had any weight. *Shape:* (B,)."""
    left = np.where(kept, weights, 0.0)
    silent = left.sum(axis=1, keepdims=True) <= SILENT
    left = np.where(silent, kept, left)
    mean: NDArray[np.float64] = np.sum(left * outputs, axis=1) / left.sum(axis=1)
    return mean
