"""What "near" means while prototypes are chosen and snapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.arrays.geometry import unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.arrays.shapes import Array
    from prle.config import MetricName


def as_it_is(points: Array) -> Array:
    """Leave points where they are: near means a short Euclidean distance. *Shape:* (N, F)."""
    return points


METRICS: Final[Mapping[MetricName, Callable[[Array], Array]]] = {"euclidean": as_it_is, "cosine": unit}
"""Where points go so that Euclidean distance there orders them as the metric does.

On unit vectors ``||a - b||^2 = 2 (1 - cos(a, b))``, so every selection and the snapping serve both metrics unchanged.
Routing is not touched: it measures Euclidean distance in the retrieval space itself.
"""
