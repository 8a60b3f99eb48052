"""Decompositions of one prediction whose terms add up to it exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.committee import Answer
    from prle.models.labels.targets import Target


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """One input's prediction by prototype: label units, or the probability or logit of one class.

    :param weights: responsibilities. *Shape:* (P,)
    :param outputs: what each prototype's expert predicts; of several members, their mean by weight. *Shape:* (P,)
    :param contributions: ``weights * outputs``. *Shape:* (P,)
    :param prediction: what the model predicts, computed by the model itself and not from the terms.
    :param gap: ``|sum(contributions) - prediction|``, relative to the larger of prediction and the target's unit, which
        is the label deviation, or one.
    """

    weights: NDArray[np.float64]
    outputs: NDArray[np.float64]
    contributions: NDArray[np.float64]
    prediction: float
    gap: float


def by_prototype(answer: Answer, target: Target, row: int = 0, *, shown: int | None = None) -> Ledger:
    """Decompose the prediction of one row of an answer by prototype.

    :param shown: the class whose probability or logit is decomposed; None for a number.
    """
    place = () if shown is None else (shown,)
    contributions = np.asarray(answer.contributions[row][:, *place], np.float64)
    prediction = float(answer.predictions[row, *place])
    gap = abs(float(contributions.sum()) - prediction) / max(abs(prediction), target.unit)
    return Ledger(
        weights=np.asarray(answer.weights[row], np.float64),
        outputs=np.asarray(answer.outputs[row][:, *place], np.float64),
        contributions=contributions,
        prediction=prediction,
        gap=gap,
    )
