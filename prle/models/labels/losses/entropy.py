"""An input should be answered by few prototypes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.arrays.geometry import TINY
from prle.arrays.shapes import array_namespace
from prle.models.labels.losses.interface import Batch, Loss

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


@final
@dataclass(frozen=True)
class EntropyLoss(Loss):
    """``mean_b -sum_p w_bp log w_bp``, nats, 0 (one prototype each) to log P (all alike).

    Its exponential is the number of effective experts that reports show. With the balance loss it asks for
    decided routing to all prototypes; alone it can be satisfied by one prototype that answers for everything.
    """

    def __call__(self, batch: Batch) -> Array:
        """Return the mean entropy of the responsibilities."""
        weights = batch.forward.weights
        xp = array_namespace(weights)
        return -xp.sum(weights * xp.log(weights + TINY)) / weights.shape[0]
