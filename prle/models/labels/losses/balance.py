"""No prototype should be idle, and none should answer for everything."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.arrays.geometry import TINY
from prle.arrays.shapes import array_namespace
from prle.models.labels.losses.interface import Batch, Loss

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


@final
@dataclass(frozen=True)
class BalanceLoss(Loss):
    """``KL(m || uniform) = log P + sum_p m_p log m_p``, m the mean responsibilities of the batch; nats, 0 to log P.

    It speaks of the batch as a whole: every single input may still be decided for one prototype.
    """

    def __call__(self, batch: Batch) -> Array:
        """Return how far the mean responsibilities are from uniform."""
        weights = batch.forward.weights
        xp = array_namespace(weights)
        mean = xp.mean(weights, axis=0)
        return math.log(weights.shape[1]) + xp.sum(mean * xp.log(mean + TINY))
