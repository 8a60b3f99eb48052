"""What each training row gives to a prediction: its vote times its label, as a ledger lists it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.votes.predictor import VotingPredictor


@dataclass(frozen=True, kw_only=True)
class Entries:
    """The entries of Q predictions by row; all other rows have none.

    :param rows: training rows. *Shape:* (Q, K)
    :param parts: ``alpha_i (y_i - mean label)``, label units; of classes, for the class that is shown. *Shape:* (Q, K)
    :param effects: what goes without a row, to first order: ``alpha_i (y_i + what differs - prediction)``.
        *Shape:* (Q, K)
    :param shown: the class that is predicted; 0 of numbers. *Shape:* (Q,)
    """

    rows: NDArray[np.int64]
    parts: NDArray[np.float64]
    effects: NDArray[np.float64]
    shown: NDArray[np.int64]


def entries(
    predictor: VotingPredictor, sentences: NDArray[np.floating], shown: NDArray[np.int64] | None = None
) -> Entries:
    """Return who gives what to some inputs. *Shape:* sentences (Q, S, H).

    What all training rows have in equal parts is the same for every input, and left out.

    :param shown: of which class, (Q,); of the one that is predicted when not given.
    """
    votes = predictor.votes(sentences)
    if shown is None:
        shown = votes.prediction.argmax(axis=1)
    every, predicted = votes.common.sum(axis=0)[shown], votes.prediction[np.arange(len(shown)), shown]
    told, says = (
        np.take_along_axis(each, shown[:, None, None], axis=2)[:, :, 0]
        for each in (votes.labels, votes.labels + votes.adds)
    )
    alphas = predictor.target.unit * votes.alphas
    return Entries(
        rows=predictor.voters.rows[votes.places],
        parts=alphas * (told - every[:, None]),
        effects=alphas * (says - predicted[:, None]),
        shown=shown,
    )
