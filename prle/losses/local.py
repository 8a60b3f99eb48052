"""Each expert should fit the inputs that it answers for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.losses.interface import Batch, Loss
from prle.shapes import array_namespace

if TYPE_CHECKING:
    from prle.shapes import Array


@final
@dataclass(frozen=True)
class LocalLoss(Loss):
    """``sum_bp w_bp (output_bp - label_b)^2 / sum_bp w_bp`` (L_local).

    A weighted mean by responsibility, so its size does not depend on the number of prototypes.
    """

    def __call__(self, batch: Batch) -> Array:
        """Return the responsibility-weighted mean squared error of single experts."""
        gap = batch.forward.outputs - batch.labels[:, None, :]
        xp = array_namespace(gap)
        errors = xp.mean(gap * gap, axis=2)
        weights = batch.forward.weights
        return xp.sum(weights * errors) / xp.sum(weights)
