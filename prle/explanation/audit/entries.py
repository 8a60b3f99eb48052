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
    :param whole: ``alpha_i (y_i - mean label)``, label units; of classes, for each of them. *Shape:* (Q, K, T)
    :param parts: the same for the class that is predicted. *Shape:* (Q, K)
    :param effects: what goes without a row, to first order: ``alpha_i (y_i + what differs - prediction)``.
        *Shape:* (Q, K)
    :param shown: the class that is predicted; 0 of numbers. *Shape:* (Q,)
    """

    rows: NDArray[np.int64]
    whole: NDArray[np.float64]
    parts: NDArray[np.float64]
    effects: NDArray[np.float64]
    shown: NDArray[np.int64]


def entries(predictor: VotingPredictor, sentences: NDArray[np.floating]) -> Entries:
    """Return who gives what to some inputs. *Shape:* sentences (Q, S, H).

    What all training rows have in equal parts is the same for every input, and left out.
    """
    votes = predictor.votes(sentences)
    shown = votes.prediction.argmax(axis=1)
    alphas = predictor.target.unit * votes.alphas[:, :, None]
    whole = alphas * (votes.labels - votes.common.sum(axis=0))
    effects = alphas * (votes.labels + votes.adds - votes.prediction[:, None])
    return Entries(
        rows=predictor.voters.rows[votes.places],
        whole=whole,
        parts=np.take_along_axis(whole, shown[:, None, None], axis=2)[:, :, 0],
        effects=np.take_along_axis(effects, shown[:, None, None], axis=2)[:, :, 0],
        shown=shown,
    )
