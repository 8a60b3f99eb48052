"""What speaks against a prediction: an input unlike any seen, and experts that do not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNFAMILIAR: Final = 99.0
"""The percentile past which an input is far from everything seen."""


def percentile(distance: float, usual: NDArray[np.float64]) -> float:
    """Return the share of training rows, in per cent, whose nearest other row is nearer than ``distance``.

    :param usual: distances of training rows to their nearest other one, ascending. *Shape:* (K,), K >= 1
    """
    return float(100.0 * np.searchsorted(usual, distance, side="left") / len(usual))


def disagreement(weights: NDArray[np.float64], outputs: NDArray[np.float64]) -> float:
    """Return the deviation of what experts say from their routed mean, weighted by who speaks.

    ``sqrt(sum_p w_p (o_p - sum_q w_q o_q)^2)``, in the units of ``outputs``. *Shapes:* (P,), (P,)
    """
    mean = weights @ outputs
    return float(np.sqrt(weights @ (outputs - mean) ** 2))


def bracket(
    weights: NDArray[np.float64], labels: NDArray[np.float64], prediction: float
) -> tuple[int | None, int | None]:
    """Return the heaviest prototype whose anchor has a lower label than was predicted, and with a higher one.

    None where no prototype with any weight has such a label.

    :param labels: of the anchors. *Shape:* (P,)
    """
    sides = (labels < prediction, labels > prediction)
    found = [np.where(side, weights, 0.0) for side in sides]
    below, above = (int(np.argmax(side)) if side.max() > 0.0 else None for side in found)
    return below, above
