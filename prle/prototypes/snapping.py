"""Prototypes are real: each is put back onto the nearest training row, no two onto the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.geometry import squared_distances

if TYPE_CHECKING:
    from numpy.typing import NDArray


def snap(prototypes: NDArray[np.floating], points: NDArray[np.floating]) -> NDArray[np.int64]:
    """Assign every prototype a training row of its own, the shortest moves first.

    :param prototypes: *Shape:* (P, F)
    :param points: training rows in the same space, at least P of them. *Shape:* (N, F)
    :returns: distinct rows. *Shape:* (P,)
    """
    count = len(prototypes)
    far = squared_distances(prototypes, points)
    near = np.argpartition(far, min(count, len(points)) - 1, axis=1)[:, :count]
    cost = np.take_along_axis(far, near, axis=1)
    rows = np.full(count, -1, np.int64)
    taken: set[int] = set()
    for flat in np.argsort(cost, axis=None, kind="stable"):
        prototype, place = divmod(int(flat), count)
        row = int(near[prototype, place])
        if rows[prototype] < 0 and row not in taken:
            rows[prototype] = row
            taken.add(row)
    return rows
