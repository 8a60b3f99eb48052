"""A distant prototype should not pretend to speak for an input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.arrays.geometry import cosine_distances
from prle.arrays.shapes import array_namespace
from prle.models.labels.losses.interface import Batch, Loss

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


@final
@dataclass(frozen=True)
class ConsistencyLoss(Loss):
    """``mean_b sum_p w_bp d(value_b, value_p)``, d the cosine distance, 0 to 2 (L_consistency).

    The gradient reaches inputs, prototypes and weights alike: a prototype can come nearer or fall silent.
    """

    def __call__(self, batch: Batch) -> Array:
        """Return the responsibility-weighted mean value-space distance to the prototypes."""
        forward = batch.forward
        far = cosine_distances(forward.inputs.value, forward.prototypes.value)
        xp = array_namespace(far)
        return xp.sum(forward.weights * far) / xp.sum(forward.weights)
