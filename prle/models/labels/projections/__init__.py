"""Projections: from the retrieval space to the value space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.models.labels.projections.fourier import FourierProjection
from prle.models.labels.projections.identity import IdentityProjection
from prle.models.labels.projections.interface import Points, Projection
from prle.models.labels.projections.linear import LinearProjection
from prle.models.labels.projections.mlp import MLPProjection
from prle.models.labels.projections.resmlp import ResidualMLPProjection
from prle.models.labels.projections.siamese import SiameseProjection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.config import ProjectionName, ValueSpaceConfig

PROJECTIONS: Final[Mapping[ProjectionName, Callable[[ValueSpaceConfig], Projection]]] = {
    "identity": lambda _: IdentityProjection(),
    "linear": lambda config: LinearProjection(width=config.dim),
    "mlp": lambda config: MLPProjection(
        width=config.dim,
        hidden=config.hidden,
        dropout=float(config.dropout),
        input_dropout=float(config.input_dropout),
    ),
    "resmlp": lambda config: ResidualMLPProjection(width=config.dim, depth=config.depth, dropout=float(config.dropout)),
    "fourier": lambda config: FourierProjection(
        frequencies=config.frequencies,
        bandwidth=config.bandwidth,
        width=config.dim if config.learned_map else None,
    ),
    "siamese": lambda _: SiameseProjection(),
}

__all__ = [
    "PROJECTIONS",
    "FourierProjection",
    "IdentityProjection",
    "LinearProjection",
    "MLPProjection",
    "Points",
    "Projection",
    "ResidualMLPProjection",
    "SiameseProjection",
]
