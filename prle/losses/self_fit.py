"""A prototype's own expert should know its anchor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.losses.interface import Batch, Loss
from prle.shapes import array_namespace

if TYPE_CHECKING:
    from prle.shapes import Array


@final
@dataclass(frozen=True)
class SelfFitLoss(Loss):
    """``mean_p (output_p(anchor_p) - label of anchor_p)^2`` (L_proto_self)."""

    def __call__(self, batch: Batch) -> Array:
        """Return the mean squared error of experts at their own anchors."""
        gap = batch.anchor_outputs - batch.anchor_labels
        return array_namespace(gap).mean(gap * gap)
