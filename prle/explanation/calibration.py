"""Whether predictions mean what they say: what was observed where the model predicted so much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


SURE: Final = 1.96
"""Standard errors to either side of a mean that hold the true one in 95 of 100 cases."""

FEWEST_ROWS: Final = 10
"""A group should have that many rows, as long as two groups are left."""


@dataclass(frozen=True, kw_only=True)
class CalibrationGroup:
    """Rows with neighbouring predictions: label units, or shares of one.

    :param predicted: their mean prediction, and ``observed`` their mean label.
    :param standard_error: of the mean label, its deviation over the root of ``rows``; 0 for a single row.
    :param interval: that holds the mean label of such rows in 95 of 100 cases.
    """

    rows: int
    predicted: float
    observed: float
    standard_error: float
    interval: tuple[float, float]


def calibration(
    labels: NDArray[np.floating], predictions: NDArray[np.floating], groups: int
) -> tuple[CalibrationGroup, ...]:
    """Cut rows into groups of equal size by their prediction, the lowest first; no group is empty.

    Equal sizes rather than equal widths: each mean is then as sure as the others. For a calibrated model the mean label
    of each group is its mean prediction, up to what chance allows.

    :param labels: *Shape:* (N,), label units; ``predictions`` likewise.
    :param groups: at most; fewer where rows are few.
    """
    return tuple(_group(labels[rows], predictions[rows], _normal_interval) for rows in _neighbours(predictions, groups))


def reliability(
    right: NDArray[np.bool_], probabilities: NDArray[np.floating], groups: int
) -> tuple[CalibrationGroup, ...]:
    """Do the same for probabilities: how often it was right where so much was said.

    Intervals are Wilson's (1927), which stay between 0 and 1 and have a width even where all rows are alike.

    :param right: *Shape:* (N,)
    :param probabilities: of what was right or not. *Shape:* (N,)
    """
    held = right.astype(np.float64)
    return tuple(
        _group(held[rows], probabilities[rows], _share_interval) for rows in _neighbours(probabilities, groups)
    )


def _neighbours(predictions: NDArray[np.floating], groups: int) -> list[NDArray[np.int64]]:
    """Return the rows of each group."""
    count = min(groups, max(2, len(predictions) // FEWEST_ROWS))
    order = np.argsort(predictions, kind="stable")
    return [rows for rows in np.array_split(order, count) if len(rows)]


def _group(
    labels: NDArray[np.floating],
    predictions: NDArray[np.floating],
    interval: Callable[[float, float, int], tuple[float, float]],
) -> CalibrationGroup:
    rows, observed = len(labels), float(np.mean(labels))
    error = float(np.std(labels, ddof=1) / np.sqrt(rows)) if rows > 1 else 0.0
    return CalibrationGroup(
        rows=rows,
        predicted=float(np.mean(predictions)),
        observed=observed,
        standard_error=error,
        interval=interval(observed, error, rows),
    )


def _normal_interval(mean: float, error: float, rows: int) -> tuple[float, float]:  # noqa: ARG001
    return mean - SURE * error, mean + SURE * error


def _share_interval(share: float, error: float, rows: int) -> tuple[float, float]:  # noqa: ARG001
    """Return ``(p + z^2/2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)``."""
    extra = SURE**2 / rows
    reach = SURE * math.sqrt(share * (1.0 - share) / rows + extra / (4.0 * rows))
    return (share + extra / 2.0 - reach) / (1.0 + extra), (share + extra / 2.0 + reach) / (1.0 + extra)
