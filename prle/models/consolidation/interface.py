"""A grouping says which prototypes become one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import GroupingName


@dataclass(frozen=True, kw_only=True)
class Grouping(ABC):
    """A way to put points together that lie near each other.

    :param seed: of everything random.
    """

    name: ClassVar[GroupingName]

    seed: int = 0

    @final
    def __call__(self, points: NDArray[np.floating], sizes: NDArray[np.floating], count: int) -> NDArray[np.int64]:
        """Return the group of each point. *Shape:* (K, F) to (K,).

        Groups are numbered by their first point, and none is empty: whatever a method leaves empty gets no number, so
        that the n-th number is always the n-th group.

        :param points: distances between them are Euclidean; of length one, these order as angles do.
        :param sizes: how much each point counts, positive. *Shape:* (K,)
        :param count: groups at most, 1 to K.
        :raises UsageError: for another count.
        """
        if not 1 <= count <= len(points):
            message = f"expected 1 to {len(points)} groups of {len(points)} prototypes, got {count}."
            raise UsageError(message)
        if count == len(points):
            return np.arange(count, dtype=np.int64)
        found = self._group(np.asarray(points, np.float64), np.asarray(sizes, np.float64), count)
        return first_names(found)

    @abstractmethod
    def _group(self, points: NDArray[np.float64], sizes: NDArray[np.float64], count: int) -> NDArray[np.integer]:
        """Return names of groups, whichever; at most ``count`` are different. *Shape:* (K,)."""


def first_names(names: NDArray[np.integer]) -> NDArray[np.int64]:
    """Number groups from 0 in the order in which they are first named. *Shape:* (K,)."""
    _, firsts, inverse = np.unique(names, return_index=True, return_inverse=True)
    place = np.empty(len(firsts), np.int64)
    place[np.argsort(firsts)] = np.arange(len(firsts))
    return place[inverse]


def weighted_means(
    points: NDArray[np.floating], sizes: NDArray[np.floating], groups: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the mean of each group, larger points counting more. *Shape:* (K, ...) to (K', ...)."""
    shares = shares_of(sizes, groups)
    sums = np.zeros((int(groups.max()) + 1, *points.shape[1:]))
    np.add.at(sums, groups, points * shares.reshape(-1, *[1] * (points.ndim - 1)))
    return sums


def shares_of(sizes: NDArray[np.floating], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how much of its group each point is; those of a group sum to one. *Shape:* (K,)."""
    totals = np.bincount(groups, weights=sizes)
    return np.asarray(sizes / totals[groups], np.float64)
