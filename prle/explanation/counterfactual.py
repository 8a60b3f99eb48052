"""What a prediction hangs on: the fewest prototypes, or training examples, without which it would be another.

Candidates are tried greedily, the most influential first; what is reported is what a real refit without them says. A
set that moves the prediction far enough is thinned out until none of it can be spared. It is a small set, checked; that
there is no smaller one is not claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, final

import numpy as np

from prle.explanation.leaving_out import removal_effects
from prle.models.labels.regressions import shared_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.explanation.influence import Influence, Placed
    from prle.models.labels.model import Forward
    from prle.models.labels.targets import Target

MOST_EXAMPLES: Final = 200
"""Training examples that are taken away at most."""

MOST_PROTOTYPES: Final = 12
"""Prototypes that are taken away at most."""

_LEAST_LEFT: Final = 1e-3
"""The share of an input's weight that the prototypes which stay must have had."""


@final
@dataclass(frozen=True, kw_only=True)
class Removal:
    """What was taken away, and what the model then predicts.

    :param removed: prototypes or training rows, in the order in which they were taken.
    :param prediction: of the model fitted without them, label units.
    :param move: how far that is from the prediction with them.
    :param reached: whether the move is as large as was asked for; else ``removed`` moves it most of what was tried.
    """

    removed: tuple[int, ...]
    prediction: float
    move: float
    reached: bool


class _Game(Protocol):
    """Something that things can be taken away from."""

    def effects(self, removed: Sequence[int]) -> NDArray[np.float64]:
        """Estimate how far the prediction would move with each candidate gone too; 0 for those that cannot go."""

    def prediction(self, removed: Sequence[int]) -> float:
        """Refit without ``removed`` and predict."""


def fewest_examples(influence: Influence, placed: Sequence[Placed], move: float) -> Removal:
    """Search for the fewest training rows without which the prediction moves by at least ``move``, up or down.

    :param placed: one input, as each member reads it.
    """
    return _fewest(_Examples(influence, placed), move, min(MOST_EXAMPLES, len(influence.labels)))


def fewest_prototypes(
    forwards: Sequence[Forward], target: Target, move: float, *, refit: tuple[Influence, Sequence[Placed]] | None
) -> Removal:
    """Search for the fewest prototypes without which the prediction moves by at least ``move``, up or down.

    The others share the weight of those that go, in proportion to theirs, on the input and on every training row; then
    their experts are solved again. Where experts are no solutions they stay as they are.

    :param forwards: what each member said of one input.
    :param refit: the experts as regressions and the input as they read it; None where they are no solutions.
    """
    game = _Prototypes(forwards, target, refit)
    return _fewest(game, move, min(MOST_PROTOTYPES, forwards[0].weights.shape[1] - 1))


def _fewest(game: _Game, move: float, most: int) -> Removal:
    """Try both directions and return the smaller set that reaches ``move``, else the one that comes nearest."""
    before = game.prediction(())
    tries = [_greedy(game, before, move, most, sign) for sign in (-1.0, 1.0)]
    return min(tries, key=lambda each: (not each.reached, len(each.removed) if each.reached else -abs(each.move)))


def _greedy(game: _Game, before: float, move: float, most: int, sign: float) -> Removal:
    """Take away what moves the prediction furthest in one direction, until it has moved far enough."""
    removed: list[int] = []
    best = Removal(removed=(), prediction=before, move=0.0, reached=False)
    while len(removed) < most:
        effects = sign * game.effects(removed)
        candidate = int(np.argmax(effects))
        if effects[candidate] <= 0.0:
            break
        removed.append(candidate)
        after = game.prediction(removed)
        if sign * (after - before) >= move:
            return _thinned(game, before, move, sign, removed)
        if sign * (after - before) > sign * best.move:
            best = Removal(removed=tuple(removed), prediction=after, move=after - before, reached=False)
    return best


def _thinned(game: _Game, before: float, move: float, sign: float, removed: list[int]) -> Removal:
    """Put back whatever can be spared, what was taken last first."""
    for candidate in reversed(removed[:-1]):
        fewer = [each for each in removed if each != candidate]
        if sign * (game.prediction(fewer) - before) >= move:
            removed = fewer
    after = game.prediction(removed)
    return Removal(removed=tuple(removed), prediction=after, move=after - before, reached=True)


@final
class _Examples:
    """Training rows go, and the experts are solved without them."""

    def __init__(self, influence: Influence, placed: Sequence[Placed]) -> None:
        self._influence, self._placed = influence, placed
        self._last: tuple[tuple[int, ...], Influence] = ((), influence)

    def effects(self, removed: Sequence[int]) -> NDArray[np.float64]:
        """To first order, a row that goes takes its alphas times what the experts still miss on it."""
        falls: NDArray[np.float64] = removal_effects(self._refitted(removed), self._placed)[0]
        return -falls

    def prediction(self, removed: Sequence[int]) -> float:
        return float(self._refitted(removed).predict(self._placed)[0])

    def _refitted(self, removed: Sequence[int]) -> Influence:
        """Refit, unless that was the last thing to be refitted."""
        if self._last[0] != tuple(removed):
            self._last = (tuple(removed), self._influence.without(removed))
        return self._last[1]


@final
class _Prototypes:
    """Prototypes go; those that stay share their weight, and are solved again where they were solved."""

    def __init__(
        self, forwards: Sequence[Forward], target: Target, refit: tuple[Influence, Sequence[Placed]] | None
    ) -> None:
        self._weights = [np.asarray(forward.weights, np.float64) for forward in forwards]
        self._outputs = [np.asarray(target.additive(forward.outputs)[0], np.float64) for forward in forwards]
        self._refit = refit

    def effects(self, removed: Sequence[int]) -> NDArray[np.float64]:
        """With experts as they stand, a prototype that goes moves the mean of the others' voices."""
        total = np.zeros(self._weights[0].shape[1])
        for weights, outputs in zip(self._shared(removed), self._said(removed), strict=True):
            mean = weights[0] @ outputs
            left = 1.0 - weights[0]
            total += np.where(left > _LEAST_LEFT, weights[0] * (mean - outputs) / np.maximum(left, _LEAST_LEFT), 0.0)
        return total / len(self._weights)

    def prediction(self, removed: Sequence[int]) -> float:
        said = zip(self._shared(removed), self._said(removed), strict=True)
        return float(np.mean([weights[0] @ outputs for weights, outputs in said]))

    def _shared(self, removed: Sequence[int]) -> list[NDArray[np.float64]]:
        return [shared_out(weights, removed) for weights in self._weights]

    def _said(self, removed: Sequence[int]) -> list[NDArray[np.float64]]:
        """Return what every expert says once it is solved without the prototypes that went. *Shape:* (P,) each."""
        if self._refit is None or not removed:
            return self._outputs
        influence, placed = self._refit
        solutions = influence.without_prototypes(removed).solutions
        return [each.prior[0] + own @ each.features[0] for each, own in zip(placed, solutions, strict=True)]
