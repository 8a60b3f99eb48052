"""From clusters to the routing that the settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.geometry import unit
from prle.models.texts.routers import (
    ExemplarRouting,
    FederatedRouting,
    GlobalRouting,
    GroupRouting,
    PathRouting,
    importance_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import Config, RoutingName
    from prle.models.texts.routers import Clusters, Routing


def make_routing(
    name: RoutingName, config: Config, clusters: Clusters, questions: NDArray[np.float32], *, temperature: float
) -> Routing:
    """Return a routing over clusters.

    :param questions: of training, which exemplar routing looks at. *Shape:* (N, D)
    """
    answers = config.answers
    if name == "global":
        return GlobalRouting()
    near = FederatedRouting(centroids=clusters.centroids, temperature=temperature, speakers=answers.speakers)
    if name == "group":
        return GroupRouting(names=clusters.known_as, unknown=near)
    if name == "path":
        return PathRouting(names=clusters.names, sizes=clusters.sizes, prior=answers.path_prior, unknown=near)
    importance = importance_of(near.over(questions)) if answers.importance == "entropy" else None
    if name == "federated":
        each = None if importance is None else np.array([importance[rows].mean() for rows in clusters.members])
        return FederatedRouting(
            centroids=clusters.centroids, temperature=temperature, speakers=answers.speakers, importance=each
        )
    return ExemplarRouting(
        questions=unit(questions),
        owner=owners(clusters, len(questions)),
        count=len(clusters),
        temperature=temperature,
        second_softmax=answers.second_softmax,
        importance=importance,
    )


def owners(clusters: Clusters, rows: int) -> NDArray[np.int64]:
    """Return the cluster of each training question, where none is in two. *Shape:* (N,)."""
    owner = np.zeros(rows, np.int64)
    for cluster, members in enumerate(clusters.members):
        owner[members] = cluster
    return owner
