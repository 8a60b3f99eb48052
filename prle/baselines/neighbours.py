"""Nearest training rows, found by scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sklearn.neighbors import NearestNeighbors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def neighbour_index(rows: NDArray[np.float32], neighbours: int) -> NearestNeighbors:
    """Return what finds the nearest of rows (N, F), by searching all: with hundreds of columns, trees are slower."""
    return NearestNeighbors(n_neighbors=neighbours, algorithm="brute").fit(rows)
