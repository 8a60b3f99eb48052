"""The training labels that the model itself does not believe.

A label is held against what the experts say of its row without having seen it. A few wrong labels pull the experts
toward themselves, so what is held against is a robust fit: labels farther than :data:`CUT` deviations from their own
prediction pull no harder than one that is just as far (Huber, 1981, by pseudo-values). Chosen on noise injected into
the training rows of STS-Benchmark; spreads of regimes and labels of neighbours in the ranking did not help there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.explanation.influence import Influence
from prle.explanation.leaving_out import leave_one_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

CUT: Final = 2.0
"""Robust standard deviations past which a label pulls no harder."""

ROUNDS: Final = 12
"""Times that the labels are drawn in; enough for a wild one to be without effect."""

NORMAL: Final = 1.4826
"""The standard deviation of a normal distribution in units of its median absolute deviation."""


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """What is held against each training label.

    :param predictions: of a robust fit that has not seen the row, label units. *Shape:* (N,)
    :param scores: how far the label is from it, in robust standard deviations of all rows. *Shape:* (N,)
    :param spread: that standard deviation, label units.
    """

    predictions: NDArray[np.float64]
    scores: NDArray[np.float64]
    spread: float


def suspicion(influence: Influence) -> Suspicion:
    """Hold every training label against the experts that have not seen it."""
    labels = influence.labels
    predictions = leave_one_out(influence)
    for _ in range(ROUNDS):
        bound = CUT * _spread(labels - predictions)
        drawn_in = predictions + np.clip(labels - predictions, -bound, bound)
        predictions = leave_one_out(Influence(influence.members, drawn_in))
    missed = labels - predictions
    spread = _spread(missed)
    return Suspicion(predictions=predictions, scores=np.abs(missed) / spread, spread=spread)


def _spread(missed: NDArray[np.float64]) -> float:
    """Return the robust standard deviation of residuals, positive."""
    return max(NORMAL * float(np.median(np.abs(missed))), float(np.finfo(np.float64).tiny))
