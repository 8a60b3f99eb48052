"""An anchor should be routed to its own prototype."""

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
class AnchorRouteLoss(Loss):
    """``mean_p -log w_pp``, w_pp the weight that prototype p gets when its own anchor is the input; nats, 0 to 27.6.

    Routing by distance nearly grants it; a learned router has to be told that a prototype speaks for itself.
    """

    def __call__(self, batch: Batch) -> Array:
        """Return the mean surprise of anchors at their own prototype."""
        xp = array_namespace(batch.anchor_weights)
        return -xp.mean(xp.log(xp.linalg.diagonal(batch.anchor_weights) + TINY))
