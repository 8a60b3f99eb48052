"""Decompositions of one prediction whose terms add up to it exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.committee import Answer
    from prle.targets import NumberTarget


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """One input's prediction by prototype, label units.

    :param weights: responsibilities. *Shape:* (P,)
    :param outputs: what each prototype's expert predicts; of several members, their mean by weight. *Shape:* (P,)
    :param contributions: ``weights * outputs``. *Shape:* (P,)
    :param prediction: what the model predicts, computed by the model itself and not from the terms.
    :param gap: ``|sum(contributions) - prediction|``, relative to the larger of prediction and label deviation.
    """

    weights: NDArray[np.float64]
    outputs: NDArray[np.float64]
    contributions: NDArray[np.float64]
    prediction: float
    gap: float


def by_prototype(answer: Answer, target: NumberTarget, row: int = 0) -> Ledger:
    """Decompose the prediction of one row of an answer by prototype."""
    contributions = np.asarray(answer.contributions[row], np.float64)
    prediction = float(answer.predictions[row])
    gap = abs(float(contributions.sum()) - prediction) / max(abs(prediction), target.deviation)
    return Ledger(
        weights=np.asarray(answer.weights[row], np.float64),
        outputs=np.asarray(answer.outputs[row], np.float64),
        contributions=contributions,
        prediction=prediction,
        gap=gap,
    )
