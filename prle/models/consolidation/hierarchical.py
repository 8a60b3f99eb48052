"""Groups that grow together, the nearest two first."""

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
class HierarchicalGrouping(Grouping):
    """Average linkage: the two groups that are nearest on average become one, until few enough are left.

    Averages are over what prototypes stand for, so larger ones count more. Nothing in it is random.
    """

    name: ClassVar[GroupingName] = "hierarchical"

    def _group(self, points: NDArray[np.float64], sizes: NDArray[np.float64], count: int) -> NDArray[np.integer]:
        between = np.linalg.norm(points[:, None] - points[None], axis=2)
        np.fill_diagonal(between, np.inf)
        weights, owner = sizes.copy(), np.arange(len(points))
        for _ in range(len(points) - count):
            first, second = sorted(np.unravel_index(np.argmin(between), between.shape))
            shares = weights[[first, second]] / (weights[first] + weights[second])
            together = shares[0] * between[first] + shares[1] * between[second]
            together[first] = np.inf
            between[first], between[:, first] = together, together
            between[second], between[:, second] = np.inf, np.inf
            weights[first] += weights[second]
            owner[owner == second] = first
        return owner
