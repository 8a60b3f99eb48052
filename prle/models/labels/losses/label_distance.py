"""How far apart two inputs are in the value space should follow from how far apart their labels are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.labels.losses.metric import MetricLoss, check_share

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


@final
@dataclass(frozen=True, kw_only=True)
class LabelDistanceLoss(MetricLoss):
    """Regress distances on label distances: ``(d - margin * min(1, apart / unlike))^2`` over all pairs.

    Unlike a contrast it also orders what lies between alike and unlike.
    """

    unlike: float = 1.0
    margin: float = 1.0
    hardest: float = 1.0

    def __post_init__(self) -> None:
        if self.unlike <= 0.0:
            message = f"losses.metric.unlike: expected above 0, got {self.unlike:g}."
            raise UsageError(message)
        check_share(self.hardest)

    def _error(self, far: Array, apart: Array, others: Array) -> Array:
        """Return the mean squared gap between what is and what should be."""
        wanted = self.margin * array_namespace(far).clip(apart / self.unlike, max=1.0)
        return self._mean_of_hardest((far - wanted) ** 2, others)
