"""Would another seed show the same evidence? How much the training rows behind an input overlap in several fits."""

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
class Stability:
    """Jaccard overlap of the training rows behind each input in two fits, averaged over pairs. *Shape:* (Q,) each.

    :param overlap: of the same input.
    :param chance: of one input in one fit and another, random input in the other.
    """

    overlap: NDArray[np.float64]
    chance: NDArray[np.float64]


def stability(fits: Sequence[NDArray[np.int64]], seed: int) -> Stability:
    """Compare every pair of at least two fits: the training rows behind Q inputs, one may stand twice. (Q, R) each."""
    rng = np.random.default_rng(seed)
    overlap, chance = [], []
    for one, other in combinations(fits, 2):
        overlap.append(_jaccard(one, other))
        chance.append(_jaccard(one, other[rng.permutation(len(other))]))
    return Stability(overlap=np.mean(overlap, axis=0), chance=np.mean(chance, axis=0))


def around_anchors(
    weights: NDArray[np.floating], anchors: NDArray[np.int64], points: NDArray[np.floating]
) -> NDArray[np.int64]:
    """Return the neighbourhoods of each input's heaviest anchors. *Shape:* (Q, R).

    :param weights: of Q inputs. *Shape:* (Q, P)
    :param points: training rows in the retrieval space, which no seed changes. *Shape:* (N, F)
    """
    nearest = np.argsort(squared_distances(points[anchors], points), axis=1, kind="stable")[:, :NEIGHBOURS]
    heaviest = np.argsort(-np.asarray(weights), axis=1, kind="stable")[:, :HEAVIEST]
    return nearest[heaviest].reshape(len(heaviest), -1).astype(np.int64)


def _jaccard(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    pairs = [(set(mine), set(theirs)) for mine, theirs in zip(one.tolist(), other.tolist(), strict=True)]
    return np.array([len(mine & theirs) / len(mine | theirs) for mine, theirs in pairs])
