"""Groups within circles of one radius."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.consolidation.interface import Grouping

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import GroupingName


@final
@dataclass(frozen=True, kw_only=True)
class CircleGrouping(Grouping):
    """A greedy cover: around the prototype whose circle holds most of what is left, until nothing is left.

    The radius is the smallest that a search by halves finds to need no more circles than there may be groups; on the
    unit sphere it is an angle. A prototype belongs to the first circle that holds it, so no member of a group is
    farther than the radius from the prototype in the middle. Document 003 names such a method and does not say what it
    is. Nothing in it is random.
    """

    name: ClassVar[GroupingName] = "circle"

    def _group(self, points: NDArray[np.float64], sizes: NDArray[np.float64], count: int) -> NDArray[np.integer]:
        between = np.linalg.norm(points[:, None] - points[None], axis=2)
        radii = np.unique(between)
        low, high = 0, len(radii) - 1
        while low < high:
            middle = (low + high) // 2
            if len(np.unique(_cover(between, sizes, radii[middle]))) <= count:
                high = middle
            else:
                low = middle + 1
        return _cover(between, sizes, radii[high])


def _cover(between: NDArray[np.float64], sizes: NDArray[np.float64], radius: float) -> NDArray[np.int64]:
    """Return the prototype in the middle of each one's circle. *Shape:* (K, K) to (K,)."""
    inside = between <= radius
    owner = np.full(len(sizes), -1, np.int64)
    while (left := owner < 0).any():
        # Only what is left may be a middle, so that every middle is in its own circle.
        held = np.where(left, inside @ (sizes * left), -1.0)
        middle = int(np.argmax(held))
        owner[inside[middle] & left] = middle
    return owner
