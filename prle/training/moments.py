"""Mean, variance and principal axes of rows that come a block at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    def of(cls, blocks: Iterable[NDArray[np.float64]]) -> Moments:
        """Measure blocks of rows, each around its own mean, and put them together (Chan et al., 1979)."""
        return reduce(_together, map(_of_block, blocks))

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


def _of_block(rows: NDArray[np.float64]) -> Moments:
    mean = rows.mean(axis=0)
    centred = rows - mean
    return Moments(count=len(rows), mean=mean, scatter=centred.T @ centred)


def _together(one: Moments, other: Moments) -> Moments:
    count = one.count + other.count
    apart = other.mean - one.mean
    return Moments(
        count=count,
        mean=one.mean + apart * (other.count / count),
        scatter=one.scatter + other.scatter + np.outer(apart, apart) * (one.count * other.count / count),
    )
