"""The prediction should be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.losses.interface import Batch, Loss
from prle.shapes import array_namespace

if TYPE_CHECKING:
    from prle.shapes import Array


@final
@dataclass(frozen=True)
class TaskLoss(Loss):
    """``mean (prediction - label)^2``, in label variances (L_task of the source document)."""

    def __call__(self, batch: Batch) -> Array:
        """Return the mean squared error of the routed sum."""
        gap = batch.forward.prediction - batch.labels
        return array_namespace(gap).mean(gap * gap)
