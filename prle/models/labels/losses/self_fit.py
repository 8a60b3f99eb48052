"""A prototype's own expert should know its anchor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.arrays.shapes import array_namespace
from prle.models.labels.losses.interface import Batch, Loss

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


@final
@dataclass(frozen=True)
class SelfFitLoss(Loss):
    """``mean_p error(output_p(anchor_p), label of anchor_p)`` (L_proto_self), the error being the target's."""

    def __call__(self, batch: Batch) -> Array:
        """Return the mean error of experts at their own anchors."""
        errors = batch.target.errors(batch.anchor_outputs, batch.anchor_labels)
        return array_namespace(errors).mean(errors)
