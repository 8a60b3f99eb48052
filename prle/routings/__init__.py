"""Routings: which ones there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.routings.exemplar import ExemplarRouting
from prle.routings.federated import FederatedRouting
from prle.routings.global_map import GlobalRouting
from prle.routings.group import GroupRouting
from prle.routings.interface import Asked, Clusters, Routing, anchors_of, clustered, importance_of
from prle.routings.path import PathRouting

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
