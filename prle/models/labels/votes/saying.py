"""What the examples of each prototype say of rows, by nearness within the cell alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import squared_distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.votes.voters import Voters

AT_ONCE: Final = 256
"""Rows compared with all voters at a time."""


def within_cells(far: NDArray[np.floating], starts: NDArray[np.int64], temperature: float) -> NDArray[np.float64]:
    """Share out one by nearness in each cell; nothing in a cell where nobody is near at all.

    :param far: squared distances, infinity to whoever may not vote. *Shape:* (B, N)
    :returns: *Shape:* (B, N)
    """
    sizes = np.diff(starts)
    cells = np.flatnonzero(sizes)
    begins = starts[cells]
    scaled = -np.asarray(far, np.float64) / temperature
    top = np.maximum.reduceat(scaled, begins, axis=1)
    raised = np.exp(scaled - np.repeat(np.where(np.isfinite(top), top, 0.0), sizes[cells], axis=1))
    total = np.add.reduceat(raised, begins, axis=1)
    shares: NDArray[np.float64] = raised / np.repeat(np.where(total > 0.0, total, 1.0), sizes[cells], axis=1)
    return shares


def said_by_cells(
    voters: Voters,
    labels: NDArray[np.float64],
    points: NDArray[np.floating],
    temperature: float,
    *,
    own: NDArray[np.int64] | None = None,
) -> NDArray[np.float32]:
    """Return the mean label of each cell as seen from each row; the mean of all where a cell has nobody else.

    :param labels: of the voters, as they are filed, scaled. *Shape:* (N, T)
    :param points: places of rows. *Shape:* (B, D)
    :param own: where rows are filed themselves, who do not vote on themselves. *Shape:* (B,)
    :returns: *Shape:* (B, P, T)
    """
    cells, width = np.flatnonzero(np.diff(voters.starts)), labels.shape[1]
    said = np.tile(labels.mean(axis=0), (len(points), len(voters.anchors), 1)).astype(np.float32)
    for first in range(0, len(points), AT_ONCE):
        block = slice(first, first + AT_ONCE)
        far = squared_distances(points[block], voters.points(slice(None)))
        if own is not None:
            far[np.arange(len(far)), own[block]] = np.inf
        shares = within_cells(far, voters.starts, temperature)
        known = np.add.reduceat(shares, voters.starts[cells], axis=1) > 0.0
        for place in range(width):
            mean = np.add.reduceat(shares * labels[:, place], voters.starts[cells], axis=1)
            said[block, cells, place] = np.where(known, mean, said[block, cells, place])
    return said
