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
    :param shown: the class that is predicted; 0 of numbers. *Shape:* (Q,)
    """

    rows: NDArray[np.int64]
    parts: NDArray[np.float64]
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
    labels = votes.labels - votes.common.sum(axis=0)
    told = np.take_along_axis(labels, shown[:, None, None], axis=2)[:, :, 0]
    return Entries(
        rows=predictor.voters.rows[votes.places], parts=predictor.target.unit * votes.alphas * told, shown=shown
    )
