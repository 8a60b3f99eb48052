"""The prediction should be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.arrays.shapes import array_namespace
from prle.models.labels.losses.interface import Batch, Loss

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


@final
@dataclass(frozen=True)
class TaskLoss(Loss):
    """``mean error(prediction, label)`` (L_task of the source document).

    The error is the target's: squared, in label variances, or the negative log probability of the true class, nats.
    """

    def __call__(self, batch: Batch) -> Array:
        """Return the mean error of the routed sum."""
        errors = batch.target.errors(batch.forward.prediction, batch.labels)
        return array_namespace(errors).mean(errors)
