"""A learned temperature that stays between two bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.arrays.geometry import sigmoid
from prle.arrays.shapes import array_namespace
from prle.errors import UsageError

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


@final
@dataclass(frozen=True, kw_only=True)
class Sharpness:
    """``tau = exp(log low + (log high - log low) sigmoid(position))``: no clipping, so the gradient never dies.

    :param temperature: initial tau, strictly between the bounds.
    :param bounds: lowest and highest tau, positive.
    """

    temperature: float
    bounds: tuple[float, float] = (1.0, 100.0)

    def check(self) -> None:
        """Refuse a temperature outside of the bounds.

        :raises UsageError: naming both.
        """
        low, high = self.bounds
        if not 0.0 < low < self.temperature < high:
            message = f"router.temperature: expected between {low:g} and {high:g}, got {self.temperature:g}."
            raise UsageError(message)

    def start(self) -> float:
        """Return the position of the initial tau: a logit between the logarithms of the bounds."""
        low, high = (math.log(bound) for bound in self.bounds)
        share = (math.log(self.temperature) - low) / (high - low)
        return math.log(share / (1.0 - share))

    def __call__(self, position: Array) -> Array:
        """Return tau. Any shape."""
        low, high = (math.log(bound) for bound in self.bounds)
        return array_namespace(position).exp(low + (high - low) * sigmoid(position))
