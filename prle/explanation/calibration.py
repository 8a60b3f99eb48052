"""Whether predictions mean what they say: what was observed where the model predicted so much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class CalibrationGroup:
    """Rows with neighbouring predictions, label units.

    :param predicted: their mean prediction, and ``observed`` their mean label.
    :param standard_error: of the mean label, its deviation over the root of ``rows``; 0 for a single row.
    """

    rows: int
    predicted: float
    observed: float
    standard_error: float


def calibration(
    labels: NDArray[np.floating], predictions: NDArray[np.floating], groups: int
) -> tuple[CalibrationGroup, ...]:
    """Cut rows into groups of equal size by their prediction, the lowest first; no group is empty.

    Equal sizes rather than equal widths: each mean is then as sure as the others. For a calibrated model the mean label
    of each group is its mean prediction, up to what chance allows.

    :param labels: *Shape:* (N,), label units; ``predictions`` likewise.
    """
    order = np.argsort(predictions, kind="stable")
    return tuple(
        CalibrationGroup(
            rows=len(rows),
            predicted=float(np.mean(predictions[rows])),
            observed=float(np.mean(labels[rows])),
            standard_error=float(np.std(labels[rows], ddof=1) / np.sqrt(len(rows))) if len(rows) > 1 else 0.0,
        )
        for rows in np.array_split(order, groups)
        if len(rows)
    )
