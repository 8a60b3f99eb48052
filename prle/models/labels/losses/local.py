"""Each expert should fit the inputs that it answers for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.arrays.shapes import array_namespace
from prle.models.labels.losses.interface import Batch, Loss

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


@final
@dataclass(frozen=True)
class LocalLoss(Loss):
    """``sum_bp w_bp error(output_bp, label_b) / sum_bp w_bp`` (L_local), the error being the target's.

    A weighted mean by responsibility, so its size does not depend on the number of prototypes.
    """

    def __call__(self, batch: Batch) -> Array:
        """Return the responsibility-weighted mean error of single experts."""
        errors = batch.target.errors(batch.forward.outputs, batch.labels[:, None, :])
        xp = array_namespace(errors)
        weights = batch.forward.weights
        return xp.sum(weights * errors) / xp.sum(weights)
