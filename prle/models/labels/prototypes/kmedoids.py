"""Medoids: the training rows nearest to everyone in their cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE: Final = 4096
"""At most this many rows are compared with each other; more are sampled, so memory stays bounded."""

ROUNDS: Final = 50


def kmedoids(points: NDArray[np.floating], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Alternate between assigning rows and moving each medoid to its cluster's most central row.

    The alternating form of Park and Jun (2009) on a random sample of rows, started as k-means++ starts.
    """
    size = min(len(points), max(SAMPLE, count))
    sample = np.sort(rng.choice(len(points), size=size, replace=False))
    between = distances(points[sample], points[sample])
    medoids = _spread(between, count, rng)
    for _ in range(ROUNDS):
        owner = np.argmin(between[:, medoids], axis=1)
        owner[medoids] = np.arange(count)
        moved = np.array([_centre(between, np.flatnonzero(owner == cluster)) for cluster in range(count)])
        if np.array_equal(moved, medoids):
            break
        medoids = moved
    return np.asarray(sample[medoids], np.int64)


def _spread(between: NDArray[np.floating], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Choose rows one after the other, each with probability in proportion to its squared distance (k-means++)."""
    chosen = [int(rng.integers(len(between)))]
    while len(chosen) < count:
        weight = between[:, chosen].min(axis=1).astype(np.float64) ** 2
        weight[chosen] = 0.0
        if weight.sum() <= 0.0:
            weight = np.ones(len(between))
            weight[chosen] = 0.0
        chosen.append(int(rng.choice(len(between), p=weight / weight.sum())))
    return np.asarray(chosen, np.int64)


def _centre(between: NDArray[np.floating], members: NDArray[np.int64]) -> int:
    """Return the member with the smallest total distance to the others."""
    return int(members[np.argmin(between[np.ix_(members, members)].sum(axis=1))])
