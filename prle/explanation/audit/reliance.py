"""Do the heaviest prototypes decide? Comprehensiveness and sufficiency (DeYoung et al., 2020), for prototypes.

*Comprehensive* is an explanation without which the prediction changes, *sufficient* is one that gives it alone. Both
are absolute changes of one number (in label units, or what adds up to the class that is predicted), averaged over
explanations of :data:`SIZES` prototypes; the others, or those alone, share the weight, and experts stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.regressions import SILENT_SHARE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SIZES: Final = (1, 3, 5, 10)
"""Prototypes in an explanation, fewer than there are."""


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


def reliance(weights: Sequence[NDArray[np.floating]], outputs: Sequence[NDArray[np.floating]], seed: int) -> Reliance:
    """Take the heaviest prototypes away, and everything but them.

    :param weights: responsibilities of each member. *Shape:* (B, P) each, P >= 2
    :param outputs: what its experts say. *Shape:* (B, P) each
    """
    rng = np.random.default_rng(seed)
    mean = np.mean([np.asarray(each, np.float64) for each in weights], axis=0)
    count = mean.shape[1]
    orders = np.argsort(-mean, axis=1, kind="stable"), rng.permuted(np.tile(np.arange(count), (len(mean), 1)), axis=1)
    before = _said(weights, outputs, np.ones_like(mean, np.bool_))
    changes = []
    for order in orders:
        rank = np.argsort(order, axis=1, kind="stable")
        sizes = [size for size in SIZES if size < count]
        without = [np.abs(_said(weights, outputs, rank >= size) - before) for size in sizes]
        alone = [np.abs(_said(weights, outputs, rank < size) - before) for size in sizes]
        changes.append((np.mean(without, axis=0), np.mean(alone, axis=0)))
    (comprehensiveness, sufficiency), (random_comprehensiveness, random_sufficiency) = changes
    return Reliance(
        comprehensiveness=comprehensiveness,
        sufficiency=sufficiency,
        random_comprehensiveness=random_comprehensiveness,
        random_sufficiency=random_sufficiency,
    )


def _said(
    weights: Sequence[NDArray[np.floating]], outputs: Sequence[NDArray[np.floating]], kept: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Predict with the prototypes that are kept; they speak alike where none of them had any weight. *Shape:* (B,)."""
    said = []
    for share, output in zip(weights, outputs, strict=True):
        left = np.where(kept, share, 0.0)
        silent = left.sum(axis=1, keepdims=True) <= SILENT_SHARE
        left = np.where(silent, kept, left)
        said.append(np.sum(left * output, axis=1) / left.sum(axis=1))
    mean: NDArray[np.float64] = np.mean(said, axis=0)
    return mean
