"""Routers: who talks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.models.labels.routers.attention import AttentionRouter
from prle.models.labels.routers.interface import Router, Spaces
from prle.models.labels.routers.knn import KNNRouter
from prle.models.labels.routers.mlp_sparse import SparseMLPRouter
from prle.models.labels.routers.radius import RadiusRouter
from prle.models.labels.routers.softmax import SoftmaxRouter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.config import RouterConfig, RouterName

ROUTERS: Final[Mapping[RouterName, Callable[[RouterConfig], Router]]] = {
    "knn": lambda config: KNNRouter(neighbours=config.neighbours, temperature=config.temperature),
    "radius": lambda config: RadiusRouter(
        radius=config.radius, weighting=config.weighting, temperature=config.temperature
    ),
    "softmax": lambda config: SoftmaxRouter(temperature=config.temperature, distance=config.distance),
    "mlp_sparse": lambda config: SparseMLPRouter(
        hidden=config.hidden, slope=config.slope, gumbel_temperature=config.gumbel_temperature
    ),
    "attention": lambda config: AttentionRouter(
        heads=config.heads, head_width=config.head_width, temperature=config.temperature
    ),
}

__all__ = [
    "ROUTERS",
    "AttentionRouter",
    "KNNRouter",
    "RadiusRouter",
    "Router",
    "SoftmaxRouter",
    "Spaces",
    "SparseMLPRouter",
]
