"""The training rows nearest to an input: evidence that a reader can judge alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import COINCIDENT, distances

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from prle.arrays.shapes import Points

SAMPLE: Final = 2048
"""Training rows whose nearest other row is looked for, at most."""

_BLOCK: Final = 256
"""Training rows measured at once, so that what lies between stays in the cache."""

_DISTANCES_AT_ONCE: Final = 2**22


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Nearest rows first.

    :param rows: *Shape:* (K,)
    :param distances: in the retrieval space, in units of ``spacing``. *Shape:* (K,)
    """

    rows: NDArray[np.int64]
    distances: NDArray[np.float64]


def distances_to_all(inputs: NDArray[np.floating], points: Points) -> NDArray[np.floating]:
    """Return how far inputs are from all training rows, up to the rounding of a matrix product.

    :param inputs: in the retrieval space. *Shape:* (B, F)
    :param points: training rows there. *Shape:* (N, F)
    :returns: *Shape:* (B, N)
    """
    blocks = [distances(inputs, points[first : first + _BLOCK]) for first in range(0, len(points), _BLOCK)]
    far: NDArray[np.floating] = np.concatenate(blocks, axis=1)
    return far


def nearest_rows(
    point: NDArray[np.floating],
    points: Points,
    far: NDArray[np.floating],
    count: int,
    *,
    spacing: float,
    leave_out: int | None = None,
) -> Neighbours:
    """Find the ``count`` nearest training rows; these are measured by their differences, so that equal ones are at 0.

    :param point: one input in the retrieval space. *Shape:* (F,)
    :param points: training rows there. *Shape:* (N, F)
    :param far: its distances to them, as :func:`distances_to_all` gives them. *Shape:* (N,)
    :param spacing: the length unit, positive.
    :param leave_out: a row that is the input itself.
    """
    others = np.array(far, np.float64)
    if leave_out is not None:
        others[leave_out] = np.inf
    count = min(count, int(np.isfinite(others).sum()))
    rows = np.argsort(others, kind="stable")[:count]
    apart = np.linalg.norm(points[rows] - point, axis=1).astype(np.float64)
    order = np.argsort(apart, kind="stable")
    return Neighbours(rows=rows[order].astype(np.int64), distances=apart[order] / spacing)


def nearest_others(
    count: int, placed: Callable[[slice | NDArray[np.int64]], NDArray[np.floating]], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Distance of a training row to its nearest other one, for :data:`SAMPLE` rows at most, ascending. *Shape:* (K,).

    Empty where there is no other row.

    :param count: N, training rows.
    :param placed: gives those that it is asked for in the retrieval space. *Shape:* (n, F)
    """
    rows = rng.choice(count, size=min(SAMPLE, count), replace=False)
    points, nearest = placed(rows), np.full(len(rows), np.inf)
    step = max(1, _DISTANCES_AT_ONCE // len(rows))
    for first in range(0, count, step):
        far = distances(points, placed(slice(first, first + step))).astype(np.float64)
        (own,) = np.nonzero((rows >= first) & (rows < first + step))
        far[own, rows[own] - first] = np.inf
        nearest = np.minimum(nearest, far.min(axis=1))
    found: NDArray[np.float64] = np.sort(nearest)
    return found[np.isfinite(found)]


def spacing_of(nearest: NDArray[np.float64]) -> float:
    """Return the mean of nearest distances, the length unit of explanations; one where all rows coincide."""
    mean = float(nearest.mean()) if len(nearest) else 0.0
    return mean if mean > COINCIDENT else 1.0
