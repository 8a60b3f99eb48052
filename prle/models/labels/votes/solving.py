"""Solve what differs between inputs and voters, in closed form toward nothing, where validation wants any of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.votes.differs import Differs, main_axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.models.labels.targets import Target
    from prle.models.labels.votes.voters import Voters

PENALTIES: Final = (1e-3, 1e-2, 1e-1, 1.0, 10.0)
"""Of slopes and levels, as multiples of the mean square of what they multiply, times the rows."""

CARRIED: Final = 0.95
"""Labels alone have to say so much of the predictions (R2), or what differs is left out."""

WANTED: Final = 0.005
"""Share of the squared error that it has to save on validation rows, to be worth a second term."""


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Votes of some rows, as numbers.

    :param learned: the learned part of their places. *Shape:* (B, L)
    :param places: who votes. *Shape:* (B, K); ``alphas`` their weights
    :param labels: the rows' own, scaled. *Shape:* (B, T)
    """

    learned: NDArray[np.floating]
    places: NDArray[np.int64]
    alphas: NDArray[np.float64]
    labels: NDArray[np.float64]


def solve_slopes(
    voters: Voters, told: NDArray[np.float64], train: Cast, checks: Cast, *, least: float = CARRIED
) -> Differs | None:
    """Return slopes by prototype for labels that are numbers, None where they are worth nothing.

    :param told: labels of the voters as they are filed, scaled. *Shape:* (N, 1)
    :param train: training rows, whose own label does not vote on them.
    :param least: R2 that labels alone have to keep.
    """
    axes = main_axes(np.asarray(voters.learned[:], np.float64))
    rows, others = (_slopes(voters, axes, cast) for cast in (train, checks))
    plain = _plain(told, checks)
    best, found = float(np.mean((checks.labels - plain) ** 2)) * (1.0 - WANTED), None
    left = (train.labels - _plain(told, train))[:, 0]
    for solution in _ridges(rows, left):
        added = (others @ solution)[:, None]
        error = float(np.mean((checks.labels - plain - added) ** 2))
        carried = 1.0 - float(np.mean(added**2)) / max(float(np.var(plain + added)), 1e-12)
        if error < best and carried >= least:
            count = len(voters.anchors)
            best = error
            found = Differs(axes=axes, slope=solution.reshape(count, -1), level=np.zeros((count, 1)))
    return found


@dataclass(frozen=True, kw_only=True)
class Solution:
    """One way to add to labels, with its mean error on validation rows and how much of it labels carry (R2)."""

    differs: Differs
    error: float
    carried: float

    @property
    def rank(self) -> tuple[bool, float]:
        """Less is better: first that labels carry it, then the error; where they do not, how little they do."""
        honest = self.carried >= CARRIED
        return not honest, self.error if honest else -self.carried


def solve_anchored(voters: Voters, told: NDArray[np.float64], train: Cast, checks: Cast, target: Target) -> Solution:
    """Return levels, and slopes of numbers, where the anchors alone vote: toward their own labels.

    Of classes the level is ``(sum_i w_ip y_i + l y_p) / (sum_i w_ip + l) - y_p``, so what a prototype says stays a
    distribution; of numbers levels and slopes are one ridge regression.
    """
    axes, count = main_axes(np.asarray(voters.learned[:], np.float64)), len(voters.anchors)
    nothing, width = np.zeros((count, axes.shape[1])), told.shape[1]
    tried: list[Differs] = [Differs(axes=axes, slope=nothing, level=np.zeros((count, width)))]
    weights = _spread(voters, train)
    if width > 1:
        for penalty in np.array(PENALTIES) * len(train.labels) / count:
            level = (weights.T @ train.labels + penalty * told) / (weights.sum(axis=0)[:, None] + penalty) - told
            tried.append(Differs(axes=axes, slope=nothing, level=level))
    else:
        features = np.concatenate([weights, _slopes(voters, axes, train)], axis=1)
        for solution in _ridges(features, (train.labels - _plain(told, train))[:, 0]):
            slope = solution[count:].reshape(count, -1)
            tried.append(Differs(axes=axes, slope=slope, level=solution[:count, None]))

    plain = _plain(told, checks)

    def judged(differs: Differs) -> Solution:
        adds = differs.at(checks.learned, voters.learned[:], checks.places, voters.cells[checks.places])
        added = np.einsum("bk,bkt->bt", checks.alphas, adds)
        spread = float(np.mean((plain + added - (plain + added).mean(axis=0)) ** 2))
        return Solution(
            differs=differs,
            error=float(np.mean(target.errors(plain + added, checks.labels))),
            carried=1.0 - float(np.mean(added**2)) / max(spread, np.finfo(np.float64).tiny),
        )

    return min(map(judged, tried), key=lambda each: each.rank)


def _plain(told: NDArray[np.float64], cast: Cast) -> NDArray[np.float64]:
    """Return what labels alone say. *Shape:* (B, T)."""
    said: NDArray[np.float64] = np.einsum("bk,bkt->bt", cast.alphas, told[cast.places])
    return said


def _spread(voters: Voters, cast: Cast) -> NDArray[np.float64]:
    """Return the weights of prototypes. *Shape:* (B, P)."""
    weights = np.zeros((len(cast.places), len(voters.anchors)))
    np.add.at(weights, (np.arange(len(weights))[:, None], voters.cells[cast.places]), cast.alphas)
    return weights


def _slopes(voters: Voters, axes: NDArray[np.float64], cast: Cast) -> NDArray[np.float64]:
    """Return what slopes multiply: of each prototype ``sum_i a_i (g(x) - g(x_i))``. *Shape:* (B, P * R)."""
    own = np.asarray(voters.learned[:], np.float64) @ axes
    apart = (np.asarray(cast.learned, np.float64) @ axes)[:, None, :] - own[cast.places]
    gathered = np.zeros((len(cast.places), len(voters.anchors), axes.shape[1]))
    rows = np.arange(len(gathered))[:, None]
    np.add.at(gathered, (rows, voters.cells[cast.places]), cast.alphas[:, :, None] * apart)
    return gathered.reshape(len(gathered), -1)


def _ridges(features: NDArray[np.float64], goal: NDArray[np.float64]) -> Sequence[NDArray[np.float64]]:
    """Return the ridge solutions of all penalties, without a bias. *Shapes:* (N, F), (N,) to (F,) each."""
    gram, toward = features.T @ features, features.T @ goal
    unit = max(float(np.trace(gram)) / len(gram), np.finfo(np.float64).tiny)
    values, vectors = np.linalg.eigh(gram)
    turned = vectors.T @ toward
    return [vectors @ (turned / (np.maximum(values, 0.0) + penalty * unit)) for penalty in PENALTIES]
