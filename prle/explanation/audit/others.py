"""What the others say of a training row: a vote around the place that was found for it out of fold, without its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.votes.predictor import VotingPredictor

AT_ONCE: Final = 256
"""Training rows that are voted on together."""


@dataclass(frozen=True, kw_only=True)
class Others:
    """Who votes on B training rows.

    :param rows: training rows, the nearest first. *Shape:* (B, K)
    :param alphas: their weights. *Shape:* (B, K)
    :param prediction: scaled, with the share that all rows have, its own part of it among them. *Shape:* (B, T)
    """

    rows: NDArray[np.int64]
    alphas: NDArray[np.float64]
    prediction: NDArray[np.float64]


def voted_by_others(predictor: VotingPredictor, rows: NDArray[np.int64]) -> Others:
    """Let the others vote on some training rows (B,) that vote themselves, beside at least one other.

    Under router softmax this is the vote of the model, in whose place a row has not seen its own label.
    """
    voters, target = predictor.voters, predictor.target
    own = voters.place_of[rows]
    places, far = voters.nearest(voters.points(own), predictor.neighbours + 1, predictor.probes)
    far = np.where(places == own[:, None], np.inf, far)
    # The row itself goes last; where an index did not find it, one that is too far to vote does.
    order = np.argsort(far, axis=1, kind="stable")[:, :-1]
    places, far = np.take_along_axis(places, order, axis=1), np.take_along_axis(far, order, axis=1)
    says = target.exact(voters.labels[places.ravel()]).reshape(*places.shape, -1)
    if predictor.differs is not None:
        says = says + predictor.differs.at(voters.learned[own], voters.learned, places, voters.cells[places])
    everyone = float(predictor.config.place.everyone)
    alphas = predictor.shares(far) * (1.0 - everyone)
    return Others(
        rows=voters.rows[places],
        alphas=alphas,
        prediction=np.einsum("bk,bkt->bt", alphas, says) + everyone * target.exact(voters.labels).mean(axis=0),
    )


def said_by_others(predictor: VotingPredictor, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what that vote predicts, block by block, as it is reported. *Shape:* (N,) to (N,), of classes (N, T)."""
    said = [
        voted_by_others(predictor, rows[first : first + AT_ONCE]).prediction for first in range(0, len(rows), AT_ONCE)
    ]
    target = predictor.target
    return np.asarray(target.reported(target.additive(np.concatenate(said))), np.float64)
