"""Prototypes should not all point the same way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.arrays.geometry import unit
from prle.arrays.shapes import array_namespace
from prle.models.labels.losses.interface import Batch, Loss

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


@final
@dataclass(frozen=True)
class DiversityLoss(Loss):
    """Mean cosine of two different prototypes in the retrieval space, -1 to 1 (the centre diversity of SuperCluster).

    ``sum_{p != q} u_p @ u_q / (P (P - 1))``, u on the unit sphere. It moves where prototypes stand and leaves what they
    say alone; 0 for a single prototype.
    """

    def __call__(self, batch: Batch) -> Array:
        """Return the mean cosine of the pairs."""
        directions = unit(batch.forward.prototypes.retrieval)
        xp = array_namespace(directions)
        count = directions.shape[0]
        cosines = directions @ directions.T
        return (xp.sum(cosines) - xp.sum(xp.linalg.diagonal(cosines))) / max(count * (count - 1), 1)
