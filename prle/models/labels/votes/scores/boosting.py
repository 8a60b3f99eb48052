"""Gradient-boosted trees: what is strongest on most tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, final

import numpy as np

from prle.models.labels.pairing import compose
from prle.models.labels.targets import ClassTarget
from prle.models.labels.votes.scores.fitting import codes_of, composed, error, out_of_fold, said
from prle.models.labels.votes.scores.interface import Base, Expected, Learned, Work
from prle.models.labels.votes.scores.trees import flattened, summed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters
    from prle.models.labels.assembly import RowKind
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows

TREES: Final = 1200
"""Trees of an ensemble at most: each round of boosting needs one for every class, or one where there are two."""

LEAST_ROUNDS: Final = 5

STEPS: Final = 6.0
"""What few rounds have to reach together, each with a step of ``LONGEST`` at most."""

LONGEST: Final = 0.3

LEAF_ROWS: Final = 20
"""Rows of a leaf at least; where rows are few, a fortieth of them, and two."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How an ensemble grows.

    :param leaves: of a tree, at most.
    :param feature_share: of the columns, those considered at each split.
    :param step: share of what is left over that a tree takes away.
    """

    leaves: int
    feature_share: float
    step: float


PACES: Final = (Pace(leaves=31, feature_share=0.5, step=0.1), Pace(leaves=16, feature_share=0.3, step=0.05))
"""Tried one after the other: bold trees serve curved numbers, careful ones noisy classes."""

NEAR: Final = 1e-4
"""So near to its highest or lowest value, as a share of their distance, a column is there but for rounding."""


@final
@dataclass(frozen=True, kw_only=True)
class BoostingBase(Base):
    """Add up small trees, each fitted to what the ones before it left over (scikit-learn's histogram boosting).

    Columns that fill up one after the other are one number to a tree, and are joined first (:func:`joined`). Validation
    chooses after how many rounds to stop; training rows are scored fold by fold with as many. With many classes there
    are fewer rounds and longer steps: more would take hours.

    :param folds: how many parts the training rows are dealt into.
    :param seed: of the deal, and of the columns that trees look at.
    :param rounds: of boosting, at most.
    :param paces: what validation chooses among.
    """

    folds: int = 5
    seed: int = 0
    rounds: int = 400
    paces: tuple[Pace, ...] = PACES

    def check(self, kind: RowKind) -> None:
        """Accept any rows."""

    def fit(
        self,
        train: Rows,
        validation: Rows,
        target: Target,
        work: Work,  # noqa: ARG002
    ) -> Learned:
        """Fit at each pace with all rounds, of which validation keeps some, and fold by fold with those."""
        features = composed(train)
        places = joined(features)
        rows, checks = _joined(features, places), _joined(composed(validation), places)
        kind: _Kind = _Classes(target, train) if isinstance(target, ClassTarget) else _Numbers(target, train)
        grown = []
        for pace in self.paces if target.width <= 2 else self.paces[:1]:
            settings = self._settings(len(rows), target, pace)
            machine = kind.grown(rows, np.arange(len(rows)), settings)
            errors = [error(target, validation, scores) for scores in kind.staged(machine, checks)]
            grown.append((min(errors), int(np.argmin(errors)) + 1, settings, machine))
        _, rounds, settings, machine = min(grown, key=lambda each: each[0])

        def score(inside: NDArray[np.int64], outside: NDArray[np.int64]) -> NDArray[np.float64]:
            part = kind.grown(rows, inside, {**settings, "max_iter": rounds})
            shares: NDArray[np.float64] = said(summed(kind.flat(part, rounds), rows[outside]))
            return shares

        scores = out_of_fold((len(rows), target.width), self.folds, self.seed, score)
        return Learned(arrays={**kind.flat(machine, rounds), "joined": places}, train=Expected(score=scores))

    def __call__(self, arrays: Parameters, sentences: Array) -> Expected:
        """Return scores alone, with NumPy. *Shape:* (B, S, H)."""
        outputs = summed(arrays, _joined(compose(np.asarray(sentences)), arrays["joined"]))
        return Expected(score=said(outputs).astype(np.float32))

    def _settings(self, count: int, target: Target, pace: Pace) -> dict[str, Any]:
        """Return what scikit-learn calls the settings, for so many training rows."""
        rounds = min(self.rounds, max(LEAST_ROUNDS, TREES // (target.width if target.width > 2 else 1)))
        step = max(pace.step, min(LONGEST, STEPS / rounds)) if rounds < self.rounds else pace.step
        return {
            "max_iter": rounds,
            "learning_rate": step,
            "max_leaf_nodes": pace.leaves,
            "min_samples_leaf": min(LEAF_ROWS, max(2, count // (2 * LEAF_ROWS))),
            "max_features": pace.feature_share,
            "l2_regularization": 1.0,
            "early_stopping": False,
            "random_state": self.seed,
        }


def joined(features: NDArray[np.floating]) -> NDArray[np.int32]:
    """Find columns that fill up one after the other: each is full in every row in which the next one has begun.

    Their sum tells rows apart as they do together, whatever they are: bars of one number
    (:mod:`prle.encoders.tabular.piecewise_numbers`), or properties that imply each other. A column that is always the
    same stays alone.

    :param features: of training rows. *Shape:* (N, F)
    :returns: which joined column each column adds to, from 0 on. *Shape:* (F,)
    """
    low, high = features.min(axis=0), features.max(axis=0)
    full, begun = features >= high - NEAR * (high - low), features > low + NEAR * (high - low)
    varies = high > low
    follows = np.all(full[:, :-1] | ~begun[:, 1:], axis=0) & varies[:-1] & varies[1:]
    return np.concatenate([[0], np.cumsum(~follows)]).astype(np.int32)


def _joined(features: NDArray[np.floating], places: NDArray[np.int32]) -> NDArray[np.float64]:
    """Add up columns (N, F) that belong together."""
    first = np.flatnonzero(np.diff(places, prepend=-1))
    return np.add.reduceat(features, first, axis=1, dtype=np.float64)


class _Kind(Protocol):
    """What scikit-learn grows for a kind of target, and how that is read."""

    def grown(self, features: NDArray[np.float64], taken: NDArray[np.int64], settings: dict[str, Any]) -> Any:
        """Fit to some of the training rows (N, F)."""

    def staged(self, machine: Any, features: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
        """Yield scores after each round. *Shape:* (N, T)."""

    def flat(self, machine: Any, rounds: int) -> dict[str, NDArray[np.generic]]:
        """Return the trees of the first rounds as arrays."""


@final
class _Numbers:
    """One tree a round, which adds to the only output."""

    def __init__(self, target: Target, train: Rows) -> None:
        self._labels = target.scaled(train.labels)[:, 0].astype(np.float64)

    def grown(self, features: NDArray[np.float64], taken: NDArray[np.int64], settings: dict[str, Any]) -> Any:
        from sklearn.ensemble import HistGradientBoostingRegressor

        return HistGradientBoostingRegressor(**settings).fit(features[taken], self._labels[taken])

    def staged(self, machine: Any, features: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
        for scores in machine.staged_predict(features):
            yield scores[:, None]

    def flat(self, machine: Any, rounds: int) -> dict[str, NDArray[np.generic]]:
        trees = [tree.nodes for stage in machine._predictors[:rounds] for tree in stage]
        return flattened(trees, np.zeros(len(trees), np.int32), machine._baseline_prediction[0])


@final
class _Classes:
    """One tree a round for each class, which adds to its logit; of two classes the second alone has trees."""

    def __init__(self, target: Target, train: Rows) -> None:
        self._codes, self._width = codes_of(train), target.width

    def grown(self, features: NDArray[np.float64], taken: NDArray[np.int64], settings: dict[str, Any]) -> Any:
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(**settings).fit(features[taken], self._codes[taken])

    def staged(self, machine: Any, features: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
        for found in machine.staged_predict_proba(features):
            shares = np.zeros((len(features), self._width))
            shares[:, machine.classes_] = found
            yield shares

    def flat(self, machine: Any, rounds: int) -> dict[str, NDArray[np.generic]]:
        """Return the arrays; a class without rows starts at the lowest of the others, less the logarithm of N."""
        begin, found = machine._baseline_prediction[0], machine.classes_
        stages = machine._predictors[:rounds]
        trees = [tree.nodes for stage in stages for tree in stage]
        start = np.full(self._width, min(0.0, begin.min()) - np.log(len(self._codes)))
        start[found] = 0.0
        start[found[-len(begin) :]] = begin
        return flattened(trees, np.tile(found[-len(begin) :], len(stages)), start)
