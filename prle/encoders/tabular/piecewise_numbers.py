"""Numbers as a row of bars, one a bin, that fill up from the left: lines with bends at values or quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, final

import numpy as np

from prle.encoders.tabular.numbers import Numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class PiecewiseNumbers(Numbers):
    """``clip((x - lower_b) / (upper_b - lower_b), 0, 1)`` for each bin b between two edges, values or quantiles.

    A linear model of these is a curve with a bend at every edge, a network need not learn to bend, and two numbers
    are the further apart the more training values lie between them (Gorishniy et al., 2022, piecewise linear encoding;
    unlike there the ends stay at 0 and 1). The bars of a column are centred and scaled together, so that each column
    has the total variance of one standardised number and counts alike in a distance.

    :param column: which number each bar reads. *Shape:* (F,)
    :param lower: where it begins to fill. *Shape:* (F,)
    :param upper: where it is full. *Shape:* (F,)
    :param mean: of each bar over the training rows. *Shape:* (F,)
    :param scale: the same for all bars of a column. *Shape:* (F,)
    """

    column: NDArray[np.int64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    @classmethod
    def fitted(cls, values: NDArray[np.float64], bins: int) -> Self:
        """Divide each column at its values, or where they are too many, its quantiles. *Shape:* (N, M)."""
        edges = [_edges(column, bins) for column in values.T]
        column = np.repeat(np.arange(len(edges)), [len(each) - 1 for each in edges])
        lower = np.concatenate([np.empty(0), *(each[:-1] for each in edges)])
        upper = np.concatenate([np.empty(0), *(each[1:] for each in edges)])
        bars = _bars(values[:, column], lower, upper)
        total = np.bincount(column, weights=bars.var(axis=0), minlength=len(edges))
        return cls(column=column, lower=lower, upper=upper, mean=bars.mean(axis=0), scale=1.0 / np.sqrt(total[column]))

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the bars of all columns. *Shape:* (N, M) to (N, F)."""
        return (_bars(values[:, self.column], self.lower, self.upper) - self.mean) * self.scale

    @property
    def width(self) -> int:
        """F, at most M times the number of bins."""
        return len(self.column)


def _edges(values: NDArray[np.float64], bins: int) -> NDArray[np.float64]:
    """Return where bins begin and end: every value where there are few, and quantiles of the rows where there are many.

    Quantiles of a column that is mostly zero are mostly zero, and would leave one bin for all that tells rows apart.
    """
    known = np.unique(values)
    if len(known) <= bins + 1:
        return known
    return np.unique(np.quantile(values, np.linspace(0.0, 1.0, bins + 1)))


def _bars(values: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill the bars. *Shape:* (N, F) to (N, F)."""
    return np.clip((values - lower) / (upper - lower), 0.0, 1.0)
