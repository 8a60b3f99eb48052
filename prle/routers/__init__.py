"""Routers: who talks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.routers.interface import Router, Spaces
from prle.routers.knn import KNNRouter
from prle.routers.softmax import SoftmaxRouter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.config import RouterConfig, RouterName

ROUTERS: Final[Mapping[RouterName, Callable[[RouterConfig], Router]]] = {
    "knn": lambda config: KNNRouter(neighbours=config.neighbours, temperature=config.temperature),
    "softmax": lambda config: SoftmaxRouter(temperature=config.temperature),
}

__all__ = ["ROUTERS", "KNNRouter", "Router", "SoftmaxRouter", "Spaces"]
