"""One linear map for everything: what has to be beaten before local experts mean anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.baselines.features import Columns, compose, cosine_weights
from prle.baselines.interface import Baseline, Fitted, Table
from prle.metrics.numbers import rmse

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PENALTIES: Final = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Shrinkage per training row, so that the same grid fits small and large tables."""
_COSINE_WEIGHTS: Final = (0.05, 0.25, 1.0)
"""Of ``cosine_weights``: at 1 the cosine of a pair is hardly shrunk at all."""


@final
class RidgeBaseline(Baseline):
    """Minimise ``|y - X w|^2 + penalty * N * |w|^2`` over standardised columns; validation chooses the penalty.

    For pairs it also chooses how much less the cosine column is shrunk than the others. One eigendecomposition serves
    all penalties. Size: F float64 coefficients and an intercept, the standardisation being folded into them.
    """

    name = "ridge"

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features = compose(train.embeddings)
        columns = Columns.of(features)
        rows = columns(features).astype(np.float64)
        checks = columns(compose(validation.embeddings)).astype(np.float64)
        centre = float(train.labels.mean())
        texts = train.embeddings.shape[1]
        candidates: list[tuple[float, dict[str, float], NDArray[np.float64]]] = []
        gram, target = rows.T @ rows, rows.T @ (train.labels - centre)
        for cosine_weight in _COSINE_WEIGHTS if texts == 2 else (1.0,):
            weights = cosine_weights(rows.shape[1], texts, cosine_weight)
            values, vectors = np.linalg.eigh(gram * np.outer(weights, weights))
            along = vectors.T @ (weights * target)
            for penalty in _PENALTIES:
                coefficients = weights * (vectors @ (along / (np.maximum(values, 0) + penalty * len(rows))))
                choice = {"penalty": penalty, "cosine_weight": cosine_weight}
                candidates.append((rmse(validation.labels, checks @ coefficients + centre), choice, coefficients))
        _, choice, coefficients = min(candidates, key=lambda candidate: candidate[0])
        slopes = coefficients * columns.scale
        rule = _Linear(slopes=slopes, intercept=centre - float(columns.mean @ slopes))
        return Fitted(predict=rule, size_bytes=slopes.nbytes + slopes.itemsize, choice=choice)


@final
@dataclass(frozen=True, kw_only=True)
class _Linear:
    """:param slopes: *Shape:* (F,), label units per unit of a raw feature."""

    slopes: NDArray[np.float64]
    intercept: float

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        return compose(embeddings) @ self.slopes + self.intercept
