"""What measures share: a mean with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESAMPLES: Final = 1000
"""Bootstrap samples behind an interval."""

LEVEL: Final = 0.95
"""How often such an interval should hold what it estimates."""


class Estimate(NamedTuple):
    """A mean and its percentile bootstrap interval of level :data:`LEVEL`."""

    value: float
    low: float
    high: float


def resampled(values: NDArray[np.floating], seed: int) -> Estimate:
    """Return the mean of ``values`` (Q,), Q >= 1, with the interval that resampling them gives it."""
    draws = np.random.default_rng(seed).integers(0, len(values), (RESAMPLES, len(values)))
    samples = np.asarray(values, np.float64)[draws].mean(axis=1)
    low, high = np.quantile(samples, ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0))
    return Estimate(float(np.mean(values)), float(low), float(high))
