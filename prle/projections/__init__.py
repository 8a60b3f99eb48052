"""Projections: from the retrieval space to the value space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.projections.identity import IdentityProjection
from prle.projections.interface import Points, Projection
from prle.projections.linear import LinearProjection
from prle.projections.mlp import MLPProjection
from prle.projections.siamese import SiameseProjection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.config import ProjectionName, ValueSpaceConfig

PROJECTIONS: Final[Mapping[ProjectionName, Callable[[ValueSpaceConfig], Projection]]] = {
    "identity": lambda _: IdentityProjection(),
    "linear": lambda config: LinearProjection(width=config.dim),
    "mlp": lambda config: MLPProjection(width=config.dim, dropout=config.dropout),
    "siamese": lambda _: SiameseProjection(),
}

__all__ = [
    "PROJECTIONS",
    "IdentityProjection",
    "LinearProjection",
    "MLPProjection",
    "Points",
    "Projection",
    "SiameseProjection",
]
