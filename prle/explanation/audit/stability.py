"""Would another seed show the same evidence? How much the rows behind the heaviest prototypes overlap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import squared_distances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HEAVIEST: Final = 3
"""Prototypes an input is explained with here."""

NEIGHBOURS: Final = 20
"""Training rows around an anchor, itself included, that count as what it stands for."""


@dataclass(frozen=True, kw_only=True)
class Voices:
    """Who speaks in one fit.

    :param weights: of Q inputs. *Shape:* (Q, P)
    :param anchors: *Shape:* (P,)
    """

    weights: NDArray[np.floating]
    anchors: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Stability:
    """Jaccard overlap of the training rows behind each input in two fits, averaged over pairs. *Shape:* (Q,) each.

    :param overlap: of the same input.
    :param chance: of one input in one fit and another, random input in the other.
    """

    overlap: NDArray[np.float64]
    chance: NDArray[np.float64]


def stability(fits: Sequence[Voices], points: NDArray[np.floating], seed: int) -> Stability:
    """Compare every pair of at least two fits.

    :param points: training rows in the retrieval space, which no seed changes. *Shape:* (N, F)
    """
    rng = np.random.default_rng(seed)
    behind = [_behind(fit, points) for fit in fits]
    overlap, chance = [], []
    for one, other in combinations(behind, 2):
        overlap.append(_jaccard(one, other))
        chance.append(_jaccard(one, other[rng.permutation(len(other))]))
    return Stability(overlap=np.mean(overlap, axis=0), chance=np.mean(chance, axis=0))


def _behind(fit: Voices, points: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Mark the neighbourhoods of each input's heaviest anchors. *Shape:* (Q, N)."""
    far = squared_distances(points[fit.anchors], points)
    nearest = np.argsort(far, axis=1, kind="stable")[:, :NEIGHBOURS]
    heaviest = np.argsort(-np.asarray(fit.weights), axis=1, kind="stable")[:, :HEAVIEST]
    marks = np.zeros((len(heaviest), len(points)), np.bool_)
    for row, prototypes in enumerate(heaviest):
        marks[row, nearest[prototypes].ravel()] = True
    return marks


def _jaccard(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> NDArray[np.float64]:
    shared: NDArray[np.float64] = (one & other).sum(axis=1) / (one | other).sum(axis=1)
    return shared
