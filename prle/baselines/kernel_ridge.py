"""Kernel ridge regression: a smooth function of how near a text is to every training text, shrunk as one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, product
from typing import TYPE_CHECKING, Final, NamedTuple, final

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from prle.baselines.distances import squared_distances
from prle.baselines.features import Columns, compose, cosine_weights
from prle.baselines.interface import Baseline, Fitted, Table
from prle.metrics.numbers import rmse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

_COSINE_WEIGHTS: Final = (0.5, 1.0, 2.0)
"""Of ``cosine_weights``, pairs only. Beyond 2 the kernel sees little but the cosine."""
_GAMMA: Final = (0.25, 0.5, 1.0, 2.0)
"""In units of 1 / (mean squared distance of a training row to the middle): scikit-learn's ``scale``."""
_PENALTIES: Final = (0.3, 1.0, 2.0, 4.0, 8.0)
"""Not per row: read as a Gaussian process, it is the noise over the signal, which more rows do not change."""
_SEARCH_ROWS: Final = 1_500
_FINALISTS: Final = 3
_FIT_ROWS: Final = 10_000


class _Setting(NamedTuple):
    cosine_weight: float
    gamma: float
    penalty: float


@final
class KernelRidgeBaseline(Baseline):
    """Minimise ``|y - K a|^2 + penalty * a' K a`` with the RBF kernel ``K = exp(-gamma * d^2)``, in closed form.

    ``d`` is Euclidean over standardised columns; for pairs validation also chooses how much the cosine counts. The cost
    grows with the cube of the rows, so the grid is searched on 1,500 random training rows (and all validation rows);
    then the three best settings are solved on all training rows, and validation chooses among those. Beyond 10,000
    training rows these take a random 10,000: the matrix alone then fills 800 MB.
    Size: the training rows (float32), their weights and the column scales.
    """

    name = "kernel_ridge"

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features, texts = compose(train.embeddings), train.embeddings.shape[1]
        problem = _Problem(
            features=features,
            labels=train.labels,
            checks=compose(validation.embeddings),
            columns=Columns.of(features),
            texts=texts,
        )
        shuffled = np.random.default_rng(0).permutation(len(train))
        grid = product(_COSINE_WEIGHTS if texts == 2 else (1.0,), _GAMMA, _PENALTIES)
        settings = [_Setting(*values) for values in grid]
        searched = problem.solutions(settings, shuffled[:_SEARCH_ROWS])
        ranked = sorted((rmse(validation.labels, tried.checked), place) for place, tried in enumerate(searched))
        finalists = sorted(settings[place] for _, place in ranked[:_FINALISTS])
        solved = problem.solutions(finalists, shuffled[:_FIT_ROWS])
        chosen = min(solved, key=lambda solution: rmse(validation.labels, solution.checked))
        rule = chosen.rule
        return Fitted(predict=rule, size_bytes=rule.nbytes, choice=chosen.setting._asdict())


@final
@dataclass(frozen=True, kw_only=True)
class _Smooth:
    """A fitted kernel machine.

    :param rows: training rows in the chosen metric, *Shape:* (N, F).
    :param weights: label units, *Shape:* (N,).
    """

    columns: Columns
    rows: NDArray[np.float32]
    weights: NDArray[np.float64]
    centre: float
    gamma: float

    @property
    def nbytes(self) -> int:
        """Return the bytes of the arrays above."""
        return self.rows.nbytes + self.weights.nbytes + self.columns.nbytes

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        answers = np.full(len(embeddings), self.centre)
        for block, distances in squared_distances(self.columns(compose(embeddings)), self.rows):
            distances *= -self.gamma
            answers[block] += np.exp(distances, out=distances) @ self.weights
        return answers


@final
@dataclass(frozen=True, kw_only=True)
class _Solution:
    """One setting, solved: ``checked`` is what it says of the validation rows."""

    setting: _Setting
    rule: _Smooth
    checked: NDArray[np.float64]


@final
@dataclass(frozen=True, kw_only=True)
class _Problem:
    """What every setting is tried on."""

    features: NDArray[np.float32]
    labels: NDArray[np.float64]
    checks: NDArray[np.float32]
    columns: Columns
    texts: int

    def solutions(self, settings: Iterable[_Setting], rows: NDArray[np.intp]) -> Iterator[_Solution]:
        """Solve settings on these training rows, in the order given; neighbours with one kernel share its matrix."""
        labels = self.labels[rows]
        centre = float(labels.mean())
        for (cosine_weight, width), alike in groupby(settings, key=lambda setting: setting[:2]):
            columns = self.columns.weighted(cosine_weights(self.features.shape[1], self.texts, cosine_weight))
            inputs = columns(self.features[rows])
            gamma = width / (float(inputs.var(axis=0).sum()) or 1.0)
            gram, across = _kernel(inputs, inputs, gamma), _kernel(columns(self.checks), inputs, gamma)
            for setting in alike:
                weights = _solve(gram, setting.penalty, labels - centre)
                rule = _Smooth(columns=columns, rows=inputs, weights=weights, centre=centre, gamma=gamma)
                yield _Solution(setting=setting, rule=rule, checked=across @ weights + centre)


def _kernel(queries: NDArray[np.float32], rows: NDArray[np.float32], gamma: float) -> NDArray[np.float32]:
    """*Shape:* (Q, F), (R, F) -> (Q, R)."""
    kernel = np.empty((len(queries), len(rows)), dtype=np.float32)
    for block, distances in squared_distances(queries, rows):
        np.exp(distances * np.float32(-gamma), out=kernel[block])
    return kernel


def _solve(gram: NDArray[np.float32], penalty: float, labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``(K + penalty I)^-1 y`` by Cholesky, in double precision. *Shape:* (N, N), (N,) -> (N,)."""
    system = gram.astype(np.float64)
    system.flat[:: len(system) + 1] += penalty
    weights: NDArray[np.float64] = cho_solve(cho_factor(system, lower=True, overwrite_a=True), labels)
    return weights
