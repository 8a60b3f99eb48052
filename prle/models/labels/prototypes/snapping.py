"""Prototypes are real: each is put back onto the nearest training row, no two onto the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.geometry import squared_distances

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


def snap(prototypes: NDArray[np.floating], points: NDArray[np.floating]) -> NDArray[np.int64]:
    """Assign every prototype a training row of its own, the shortest moves first.

    :param prototypes: *Shape:* (P, F)
    :param points: training rows in the same space, at least P of them. *Shape:* (N, F)
    :returns: distinct rows. *Shape:* (P,)
    """
    return snap_to(prototypes, [points])


def snap_to(prototypes: NDArray[np.floating], blocks: Iterable[NDArray[np.floating]]) -> NDArray[np.int64]:
    """Do what :func:`snap` does with training rows that come a block after the other."""
    count, seen = len(prototypes), 0
    near, cost = np.empty((count, 0), np.int64), np.empty((count, 0))
    for points in blocks:
        far = squared_distances(prototypes, points)
        chosen = np.argpartition(far, min(count, len(points)) - 1, axis=1)[:, :count]
        near = np.concatenate([near, chosen + seen], axis=1)
        cost = np.concatenate([cost, np.take_along_axis(far, chosen, axis=1)], axis=1)
        seen += len(points)
        if near.shape[1] > count:
            # No prototype needs more than one row for each: one of its P nearest is left whatever the others take.
            kept = np.argpartition(cost, count - 1, axis=1)[:, :count]
            near, cost = np.take_along_axis(near, kept, axis=1), np.take_along_axis(cost, kept, axis=1)
    rows = np.full(count, -1, np.int64)
    taken: set[int] = set()
    for flat in np.argsort(cost, axis=None, kind="stable"):
        prototype, place = divmod(int(flat), count)
        row = int(near[prototype, place])
        if rows[prototype] < 0 and row not in taken:
            rows[prototype] = row
            taken.add(row)
    return rows
