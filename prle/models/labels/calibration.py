"""Intervals that hold as often as they say: split conformal prediction on validation rows, regime by regime.

Vovk, Gammerman and Shafer (2005), chapters 2 and 4 (Mondrian); Lei et al. (2018) for regression; Vovk (2012) for what
holds given the calibration rows at hand. Where new rows come from where the calibration rows came from, the intervals
of a regime hold at least as often as their level says, whatever the model, unless the calibration rows were unlucky
ones, which nine drawings of ten are not. The validation rows also chose how long a model was trained, so here it is a
little less.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, final

import numpy as np

from prle.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray


CONFIDENCE: Final = 0.9
"""Probability that calibration rows are such that intervals of a regime hold at least as often as their level says."""

SMALLEST_REGIME: Final = 40
"""Regimes with fewer calibration rows have no quantile of their own: they share one."""

ENOUGH_ROWS: Final = 40
"""Regimes with fewer rows are left out when the worst one is looked for: chance alone would make it."""


class Coverage(NamedTuple):
    """How often intervals held, and how wide they are.

    :param marginal: share of all rows.
    :param worst_regime: the smallest share among regimes of at least :data:`ENOUGH_ROWS`; None where there is none.
    :param width: mean, label units.
    """

    marginal: float
    worst_regime: float | None
    width: float


@final
@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What a model got wrong on rows that it was not fitted on, by the prototype that dominated each.

    :param errors: absolute, label units. *Shape:* (V,)
    :param regimes: the prototype with the largest weight. *Shape:* (V,)
    :param prototypes: P.
    """

    errors: NDArray[np.float64]
    regimes: NDArray[np.int64]
    prototypes: int

    def __post_init__(self) -> None:
        known = ((self.regimes >= 0) & (self.regimes < self.prototypes)).all()
        if self.errors.ndim != 1 or self.errors.shape != self.regimes.shape or not (len(self.errors) and known):
            message = (
                f"calibration: expected an error and one of {self.prototypes} prototypes a row, "
                f"got shapes {self.errors.shape} and {self.regimes.shape}."
            )
            raise UsageError(message)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Calibration rows of every regime. *Shape:* (P,)."""
        return np.bincount(self.regimes, minlength=self.prototypes)

    @property
    def past_errors(self) -> NDArray[np.float64]:
        """Root mean squared error of every regime, label units; NaN where it had no row. *Shape:* (P,)."""
        squares = np.bincount(self.regimes, weights=self.errors**2, minlength=self.prototypes)
        rows = self.rows
        means = np.divide(squares, rows, out=np.full(self.prototypes, np.nan), where=rows > 0)
        return np.asarray(np.sqrt(means), np.float64)

    def half_widths(self, level: float) -> NDArray[np.float64]:
        """Return by how much a prediction of every regime may be off at ``level``; infinite where rows are too few.

        A regime has its own quantile if it has :data:`SMALLEST_REGIME` rows and as many as the level needs; the rows
        of the others are taken together, and where even these are too few, all rows are. *Shape:* (P,)

        :raises UsageError: for a level that is not between 0 and 1.
        """
        if not 0.0 < level < 1.0:
            message = f"level: expected a share between 0 and 1, got {level:g}."
            raise UsageError(message, hint="for example `--level 0.9`")
        needed = max(SMALLEST_REGIME, math.ceil(math.log(1.0 - CONFIDENCE) / math.log(level)))
        own = self.rows >= needed
        pooled = self.errors[~own[self.regimes]]
        widths = np.full(self.prototypes, quantile(pooled if len(pooled) >= needed else self.errors, level))
        for regime in np.flatnonzero(own):
            widths[regime] = quantile(self.errors[self.regimes == regime], level)
        return widths


def quantile(errors: NDArray[np.float64], level: float) -> float:
    """Return the k-th smallest of n errors, k the least with ``P(Binomial(n, level) < k) >= CONFIDENCE``.

    With that confidence in the n errors, a new one from where they came from is at most that large with a probability
    of at least ``level``. The mean over all such drawings alone, ``k = ceil((n + 1) * level)``, is smaller by about
    ``1.3 sqrt(n level (1 - level))`` places: fifty rows in a regime would leave it short of its level half of the time.
    Infinite where there are too few. Vovk (2012), proposition 2a.
    """
    count = len(errors)
    sums = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, count + 1)))])
    below = np.arange(count + 1)
    chances = sums[-1] - sums - sums[::-1] + below * math.log(level) + (count - below) * math.log1p(-level)
    rank = int(np.searchsorted(np.cumsum(np.exp(chances)), CONFIDENCE)) + 1
    return float(np.partition(errors, rank - 1)[rank - 1]) if rank <= count else math.inf


def coverage(
    calibration: Calibration,
    level: float,
    *,
    labels: NDArray[np.float64],
    predictions: NDArray[np.float64],
    regimes: NDArray[np.int64],
) -> Coverage:
    """Measure intervals on rows whose labels are known. *Shapes:* (N,) each, N >= 1."""
    widths = calibration.half_widths(level)[regimes]
    held = np.abs(labels - predictions) <= widths
    rows = np.bincount(regimes, minlength=calibration.prototypes)
    shares = np.bincount(regimes, weights=held, minlength=calibration.prototypes) / np.maximum(rows, 1)
    return Coverage(
        marginal=float(held.mean()),
        worst_regime=min(shares[rows >= ENOUGH_ROWS].tolist(), default=None),
        width=float(2.0 * widths.mean()),
    )
