"""Support vector regression: the strongest general method here that still answers by similarity to training rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple, final

import numpy as np
from sklearn.svm import SVR

from prle.baselines.distances import squared_distances
from prle.baselines.features import Columns, compose, cosine_weights, deviation
from prle.baselines.interface import Baseline, Fitted, Table
from prle.metrics.numbers import rmse

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COSINE_WEIGHTS: Final = (1.0, 2.0, 4.0)
"""Of ``cosine_weights``, pairs only."""
_C: Final = (0.5, 1.0, 2.0)
"""In label deviations."""
_GAMMA: Final = (0.5, 1.0, 2.0)
"""In units of scikit-learn's ``scale``: 1 / (columns * variance)."""
_EPSILON: Final = (0.1, 0.3)
"""In label deviations."""
_SEARCH_ROWS: Final = 1_500
_FINALISTS: Final = 6
_FIT_ROWS: Final = 20_000
_CACHE_MB: Final = 500


class _Setting(NamedTuple):
    cosine_weight: float
    c: float
    gamma: float
    epsilon: float


@final
class SvrBaseline(Baseline):
    """Epsilon-insensitive regression with the RBF kernel ``exp(-gamma * d^2)`` over standardised columns.

    Its cost grows with the square of the rows, so the grid is searched on 1,500 random training rows (and all
    validation rows); then the six best settings are fitted on all training rows, and validation chooses among those.
    Beyond 20,000 training rows these fits take a random 20,000.
    Size: the support vectors (float32), their weights and the column scales.
    """

    name = "svr"

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features = compose(train.embeddings)
        problem = _Problem(
            features=features,
            labels=train.labels,
            checks=compose(validation.embeddings),
            answers=validation.labels,
            columns=Columns.of(features),
            texts=train.embeddings.shape[1],
        )
        shuffled = np.random.default_rng(0).permutation(len(train))
        settings = [
            _Setting(*values)
            for values in product(_COSINE_WEIGHTS if problem.texts == 2 else (1.0,), _C, _GAMMA, _EPSILON)
        ]
        ranked = sorted(settings, key=lambda setting: problem.error(problem.solve(setting, shuffled[:_SEARCH_ROWS])))
        finalists = ((setting, problem.solve(setting, shuffled[:_FIT_ROWS])) for setting in ranked[:_FINALISTS])
        chosen, machine = min(finalists, key=lambda finalist: problem.error(finalist[1]))
        return Fitted(predict=machine, size_bytes=machine.nbytes, choice=chosen._asdict())


@final
@dataclass(frozen=True, kw_only=True)
class _Machine:
    """A fitted machine, answering with one matrix product instead of scikit-learn's row by row kernel.

    :param vectors: support vectors, *Shape:* (V, F).
    :param weights: dual coefficients in label units, *Shape:* (V,).
    """

    columns: Columns
    vectors: NDArray[np.float32]
    weights: NDArray[np.float64]
    intercept: float
    gamma: float

    @property
    def nbytes(self) -> int:
        """Return the bytes of the arrays above."""
        return self.vectors.nbytes + self.weights.nbytes + self.columns.nbytes

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        return self.answer(compose(embeddings))

    def answer(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """*Shape:* (N, F) -> (N,)."""
        answers = np.full(len(features), self.intercept)
        if len(self.vectors):
            for block, distances in squared_distances(self.columns(features), self.vectors):
                distances *= -self.gamma
                answers[block] += np.exp(distances, out=distances) @ self.weights
        return answers


@final
@dataclass(frozen=True, kw_only=True)
class _Problem:
    """What every setting is tried on."""

    features: NDArray[np.float32]
    labels: NDArray[np.float64]
    checks: NDArray[np.float32]
    answers: NDArray[np.float64]
    columns: Columns
    texts: int

    def solve(self, setting: _Setting, rows: NDArray[np.intp]) -> _Machine:
        """Fit one setting on these training rows."""
        columns = self.columns.weighted(cosine_weights(self.features.shape[1], self.texts, setting.cosine_weight))
        inputs = columns(self.features[rows])
        labels = self.labels[rows]
        centre, spread = float(labels.mean()), deviation(labels)
        gamma = setting.gamma / (float(np.mean(inputs.var(axis=0))) * inputs.shape[1] or 1.0)
        machine = SVR(C=setting.c, epsilon=setting.epsilon, gamma=gamma, cache_size=_CACHE_MB)
        machine.fit(inputs, (labels - centre) / spread)
        return _Machine(
            columns=columns,
            vectors=machine.support_vectors_.astype(np.float32),
            weights=machine.dual_coef_[0] * spread,
            intercept=float(machine.intercept_[0]) * spread + centre,
            gamma=gamma,
        )

    def error(self, machine: _Machine) -> float:
        """Return the validation RMSE, label units."""
        return rmse(self.answers, machine.answer(self.checks))
