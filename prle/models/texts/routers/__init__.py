"""Routings: which ones there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.models.texts.routers.exemplar import ExemplarRouting
from prle.models.texts.routers.federated import FederatedRouting
from prle.models.texts.routers.global_map import GlobalRouting
from prle.models.texts.routers.group import GroupRouting
from prle.models.texts.routers.interface import Asked, Clusters, Routing, anchors_of, clustered, importance_of
from prle.models.texts.routers.path import PathRouting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.config import RoutingName

__all__ = [
    "ROUTINGS",
    "Asked",
    "Clusters",
    "ExemplarRouting",
    "FederatedRouting",
    "GlobalRouting",
    "GroupRouting",
    "PathRouting",
    "Routing",
    "anchors_of",
    "clustered",
    "importance_of",
]

ROUTINGS: Final[Mapping[RoutingName, type[Routing]]] = {
    "global": GlobalRouting,
    "federated": FederatedRouting,
    "exemplar": ExemplarRouting,
    "group": GroupRouting,
    "path": PathRouting,
}
