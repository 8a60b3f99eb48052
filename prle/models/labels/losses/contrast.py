"""Inputs with similar labels should be near in the value space, inputs with different labels apart."""

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
class ContrastLoss(MetricLoss):
    """Pull and push: ``d^2`` for alike labels, ``max(0, margin - d)^2`` for unlike ones.

    The two means are added, so neither kind drowns the other; labels that are neither alike nor unlike are left alone.
    The form is that of Hadsell, Chopra and LeCun (2006), with labels that are numbers.

    :param alike: labels at most this far apart are pulled together, in label standard deviations; below ``unlike``.
    """

    alike: float = 0.25
    unlike: float = 1.0
    margin: float = 1.0
    hardest: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.alike < self.unlike:
            message = f"losses.metric: expected 0 <= alike < unlike, got {self.alike:g} and {self.unlike:g}."
            raise UsageError(message)
        check_share(self.hardest)

    def _error(self, far: Array, apart: Array, others: Array) -> Array:
        """Return the mean pull plus the mean push."""
        short = array_namespace(far).clip(self.margin - far, min=0.0)
        pulled = self._mean_of_hardest(far * far, others & (apart <= self.alike))
        pushed = self._mean_of_hardest(short * short, apart >= self.unlike)
        return pulled + pushed
