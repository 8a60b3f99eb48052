"""Exact statements about a vote with the geometry frozen: who is near stays, some rows do not vote, others step in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from prle.models.labels.votes.predictor import VotingPredictor

SPARE: Final = 2
"""As many times the number of voters are kept ready to step in, where rows are searched for that can be left out."""

NOBODY: Final = np.empty(0, np.int64)


@dataclass(frozen=True, kw_only=True)
class Fewest:
    """The smallest set of training rows without which a prediction is past a point.

    :param rows: training rows, the most telling first; empty where no set does it. *Shape:* (S,)
    :param prediction: without them, label units, or the probability of the shown class.
    :param reached: whether it is past the point.
    :param most: rows that were at hand.
    """

    rows: NDArray[np.int64]
    prediction: float
    reached: bool
    most: int


@dataclass(frozen=True, kw_only=True)
class Ballots:
    """One input's nearest rows, those that are kept ready included, the nearest first.

    :param rows: training rows. *Shape:* (M,)
    :param raised: ``exp(-squared distance / temperature)`` relative to the nearest. *Shape:* (M,)
    :param says: the label of each, with what differs, scaled. *Shape:* (M, T)
    :param count: k, how many of those that are left vote.
    :param everyone: share of the vote that all training rows have in equal parts.
    :param common: what they say, which stays: one row is one of N there. *Shape:* (T,)
    """

    rows: NDArray[np.int64]
    raised: NDArray[np.float64]
    says: NDArray[np.float64]
    count: int
    everyone: float
    common: NDArray[np.float64]

    def without(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what is predicted where some rows do not vote, and the next ones step in. *Shape:* (T,).

        Where those who are left weigh less than a number can hold, the nearest of them says it; where nobody is left,
        what all training rows say.
        """
        left = np.flatnonzero(~np.isin(self.rows, rows))[: self.count]
        if not len(left):
            return self.common
        weights = self.raised[left]
        return self._mixed(weights @ self.says[left] / weights.sum() if weights.any() else self.says[left[0]])

    def without_each(self) -> NDArray[np.float64]:
        """Return what is predicted without each of those who vote, one at a time, of two at least. *Shape:* (k, T)."""
        voting = slice(self.count + 1)
        weights = np.where(np.eye(self.count, len(self.rows[voting]), dtype=np.bool_), 0.0, self.raised[voting])
        return self._mixed(weights @ self.says[voting] / weights.sum(axis=1, keepdims=True))

    def _mixed(self, near: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add the share that everybody has to what those who are near say. *Shape:* (..., T)."""
        mixed: NDArray[np.float64] = (1.0 - self.everyone) * near + self.everyone * self.common
        return mixed


def ballots(predictor: VotingPredictor, sentences: NDArray[np.floating], *, spare: int | None = None) -> Ballots:
    """Return who votes for one input (S, H), and who would step in.

    :raises UsageError: where a router decides about prototypes apart from who is near.
    """
    kind = predictor.config.router.kind
    if kind != "softmax":
        message = f"expected router softmax, under which examples decide; this one is {kind}."
        raise UsageError(message, hint="`prle fit --router softmax` fits one whose votes can be left out exactly")
    count = predictor.neighbours
    voting = predictor.votes(sentences[None])
    votes = predictor.votes(sentences[None], spare=SPARE * count if spare is None else spare)
    # Asked for more rows, an index may look into more cells: who did not vote before steps in after those who did.
    order = np.argsort(~np.isin(votes.places[0], voting.places[0]), kind="stable")
    here = order[np.isfinite(votes.far[0][order])]
    far = np.asarray(votes.far[0][here], np.float64)
    return Ballots(
        rows=predictor.voters.rows[votes.places[0][here]],
        raised=np.exp((far.min() - far) / float(predictor.config.place.temperature)),
        says=votes.labels[0][here] + votes.adds[0][here],
        count=min(count, len(far)),
        everyone=votes.everyone,
        common=votes.common.sum(axis=0),
    )


def fewest_below(found: Ballots, terms: NDArray[np.float64], bound: float) -> NDArray[np.int64] | None:
    """Return the fewest places without which ``sum of e_i terms_i <= bound * sum of e_i``; None where none do.

    Without s rows of the first k + s, exactly the other k of them vote: leaving out others changes nothing, or lets a
    nearer row stay. The sum over those that stay of ``b_i = e_i (terms_i - bound)`` is least where the s largest b go,
    so the first s at which that is at most zero is the smallest, and those rows are a set that does it.

    :param terms: what each row says, as one number. *Shape:* (M,)
    """
    b = found.raised * (terms - bound)
    for gone in range(len(b) - found.count + 1):
        first = b[: found.count + gone]
        order = np.argsort(-first, kind="stable")
        stay = order[gone:]
        # Where nobody who stays weighs anything that a number can hold, nothing is said either way.
        if first[stay].sum() <= 0.0 < found.raised[stay].sum():
            return order[:gone]
    return None


def fewest_to_move(found: Ballots, step: float) -> NDArray[np.int64] | None:
    """Return the fewest places without which a number is ``step`` away, scaled, down or up; None where none do."""
    says, voting = found.says[:, 0], slice(found.count)
    near = float(found.raised[voting] @ says[voting] / found.raised[voting].sum())
    # What all rows say stays, so those who are near have to move by more.
    past = step / (1.0 - found.everyone)
    return _smallest(fewest_below(found, sign * says, sign * near - past) for sign in (1.0, -1.0))


def fewest_to_flip(found: Ballots) -> NDArray[np.int64] | None:
    """Return the fewest places without which another class is as likely as the winner; None where none do."""
    winner = int(found.without(NOBODY).argmax())
    ahead = found.everyone / (1.0 - found.everyone) * (found.common[winner] - found.common)
    others = (other for other in range(found.says.shape[1]) if other != winner)
    return _smallest(
        fewest_below(found, found.says[:, winner] - found.says[:, other], -float(ahead[other])) for other in others
    )


def fewest_rows(predictor: VotingPredictor, sentences: NDArray[np.floating], *, move: float) -> Fewest:
    """Find the smallest set of rows without which a number is at least ``move`` away, up or down.

    :param sentences: one input. *Shape:* (S, H)
    :param move: above 0, label units.
    :raises UsageError: for a router other than softmax.
    """
    found, target = ballots(predictor, sentences), predictor.target
    gone = fewest_to_move(found, move / target.unit)
    said = target.additive(found.without(_rows(found, gone))[None])
    return _told(found, gone, float(said[0]))


def fewest_rows_to_flip(predictor: VotingPredictor, sentences: NDArray[np.floating]) -> Fewest:
    """Find the smallest set of rows without which another class is at least as likely as the winner.

    :param sentences: one input. *Shape:* (S, H)
    :raises UsageError: for a router other than softmax.
    """
    found = ballots(predictor, sentences)
    gone, winner = fewest_to_flip(found), int(found.without(NOBODY).argmax())
    return _told(found, gone, float(found.without(_rows(found, gone))[winner]))


def _smallest(sets: Iterable[NDArray[np.int64] | None]) -> NDArray[np.int64] | None:
    return min((each for each in sets if each is not None), key=len, default=None)


def _rows(found: Ballots, places: NDArray[np.int64] | None) -> NDArray[np.int64]:
    return NOBODY if places is None else found.rows[places]


def _told(found: Ballots, gone: NDArray[np.int64] | None, prediction: float) -> Fewest:
    return Fewest(
        rows=_rows(found, gone),
        prediction=prediction,
        reached=gone is not None,
        most=len(found.rows) - found.count,
    )
