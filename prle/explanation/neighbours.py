"""The training rows nearest to an input: evidence that a reader can judge alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.geometry import COINCIDENT, distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK: Final = 256
"""Rows measured at once, so that what lies between stays in the cache."""


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Nearest rows first.

    :param rows: *Shape:* (K,)
    :param distances: in the retrieval space, in units of ``spacing``. *Shape:* (K,)
    """

    rows: NDArray[np.int64]
    distances: NDArray[np.float64]


def nearest_rows(
    point: NDArray[np.floating],
    points: NDArray[np.floating],
    count: int,
    *,
    spacing: float,
    leave_out: int | None = None,
) -> Neighbours:
    """Find the ``count`` nearest training rows.

    :param point: *Shape:* (F,)
    :param points: training rows in the retrieval space. *Shape:* (N, F)
    :param spacing: the length unit, positive.
    :param leave_out: a row that is the input itself.
    """
    far = np.concatenate([_far(point, points[first : first + _BLOCK]) for first in range(0, len(points), _BLOCK)])
    if leave_out is not None:
        far[leave_out] = np.inf
    count = min(count, int(np.isfinite(far).sum()))
    order = np.argsort(far, kind="stable")[:count]
    return Neighbours(rows=order.astype(np.int64), distances=far[order] / spacing)


def _far(point: NDArray[np.floating], points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the distance of each point; by their differences, so that equal points are at 0. *Shape:* (N,)."""
    apart = points - point
    squares: NDArray[np.float64] = np.einsum("nf,nf->n", apart, apart).astype(np.float64)
    return np.sqrt(squares)


def mean_nearest_distance(points: NDArray[np.floating], rng: np.random.Generator, sample: int = 512) -> float:
    """Mean distance of a training row to its nearest other one, over a sample of rows; one where all coincide.

    :param points: *Shape:* (N, F)
    """
    rows = rng.choice(len(points), size=min(sample, len(points)), replace=False)
    far = distances(points[rows], points)
    far[np.arange(len(rows)), rows] = np.inf
    nearest = far.min(axis=1)
    mean = float(nearest[np.isfinite(nearest)].mean()) if np.isfinite(nearest).any() else 0.0
    return mean if mean > COINCIDENT else 1.0
