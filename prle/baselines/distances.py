"""Squared distances between many rows, a bounded block at a time: what kernels need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_CELLS_AT_ONCE: Final = 2**23
"""Distances held in memory at a time: 32 MiB."""


def squared_distances(
    queries: NDArray[np.float32], rows: NDArray[np.float32]
) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Yield blocks of queries with their squared Euclidean distances to all rows.

    Never negative, although ``|q|^2 - 2 q.r + |r|^2`` may round to less than zero. *Shape:* (Q, F), (R, F) -> (q, R).
    """
    lengths = np.einsum("rf,rf->r", rows, rows)
    step = max(1, _CELLS_AT_ONCE // len(rows))
    for start in range(0, len(queries), step):
        block = slice(start, start + step)
        part = queries[block]
        distances = part @ rows.T
        distances *= -2
        distances += lengths
        distances += np.einsum("qf,qf->q", part, part)[:, None]
        yield block, np.maximum(distances, 0, out=distances)
