"""Consolidation: which ways there are to put prototypes together, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.models.consolidation.circle import CircleGrouping
from prle.models.consolidation.coverage import Coverage, coverage_of, largest_peaked, tried_counts
from prle.models.consolidation.hierarchical import HierarchicalGrouping
from prle.models.consolidation.interface import Grouping, first_names, weighted_means
from prle.models.consolidation.kmeans import KMeansGrouping
from prle.models.consolidation.maps import low_rank_maps, merged_maps
from prle.models.consolidation.members import group_anchors, merged_members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.config import GroupingName

__all__ = [
    "GROUPINGS",
    "Coverage",
    "Grouping",
    "coverage_of",
    "first_names",
    "group_anchors",
    "largest_peaked",
    "low_rank_maps",
    "merged_maps",
    "merged_members",
    "tried_counts",
    "weighted_means",
]

GROUPINGS: Final[Mapping[GroupingName, type[Grouping]]] = {
    "kmeans": KMeansGrouping,
    "hierarchical": HierarchicalGrouping,
    "circle": CircleGrouping,
}
