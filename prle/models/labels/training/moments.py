"""Mean, variance and principal axes of rows that come a block at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """What is left of N rows of D numbers.

    :param count: N.
    :param mean: *Shape:* (D,)
    :param scatter: ``sum_i (x_i - mean)(x_i - mean)'``. *Shape:* (D, D)
    """

    count: int
    mean: NDArray[np.float64]
    scatter: NDArray[np.float64]

    @classmethod
    def of(cls, rows: NDArray[np.float64]) -> Moments:
        """Measure rows around their own mean. *Shape:* (N, D)."""
        mean = rows.mean(axis=0)
        centred = rows - mean
        return cls(count=len(rows), mean=mean, scatter=centred.T @ centred)

    def __add__(self, other: Moments) -> Moments:
        """Put the moments of other rows to these (Chan et al., 1979)."""
        count = self.count + other.count
        apart = other.mean - self.mean
        return Moments(
            count=count,
            mean=self.mean + apart * (other.count / count),
            scatter=self.scatter + other.scatter + np.outer(apart, apart) * (self.count * other.count / count),
        )

    @property
    def variance(self) -> float:
        """The mean variance of the columns, positive."""
        total = float(np.trace(self.scatter)) / self.count
        return max(total / len(self.mean), float(np.finfo(np.float64).tiny))

    def axes(self, rank: int) -> NDArray[np.float64]:
        """Return the first principal axes, widest first, at most D. *Shape:* (R, D)."""
        _, ascending = np.linalg.eigh(self.scatter)
        axes: NDArray[np.float64] = ascending[:, ::-1][:, :rank].T
        return axes
