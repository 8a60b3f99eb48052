"""A greedy max-min cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.geometry import squared_distances

if TYPE_CHECKING:
    from numpy.typing import NDArray


def farthest_first(points: NDArray[np.floating], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Start anywhere, then take the row that is farthest from all taken so far (Gonzalez, 1985)."""
    chosen = [int(rng.integers(len(points)))]
    nearest = squared_distances(points, points[chosen])[:, 0]
    nearest[chosen] = -1.0
    while len(chosen) < count:
        row = int(np.argmax(nearest))
        chosen.append(row)
        nearest = np.minimum(nearest, squared_distances(points, points[row : row + 1])[:, 0])
        nearest[chosen] = -1.0
    return np.asarray(chosen, np.int64)
