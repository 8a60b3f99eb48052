"""Prototypes: which training rows own an expert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.models.labels.prototypes.farthest_first import farthest_first
from prle.models.labels.prototypes.kmeans import kmeans
from prle.models.labels.prototypes.kmedoids import kmedoids
from prle.models.labels.prototypes.metric import METRICS
from prle.models.labels.prototypes.random_real import random_real
from prle.models.labels.prototypes.snapping import snap, snap_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.config import InitName
    from prle.models.labels.prototypes.interface import Selection

SELECTIONS: Final[Mapping[InitName, Selection]] = {
    "random_real": random_real,
    "kmeans++": kmeans,
    "k-medoids": kmedoids,
    "farthest_first": farthest_first,
}

__all__ = ["METRICS", "SELECTIONS", "snap", "snap_to"]
