"""The examples speak for themselves: the method that prototypes compress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.baselines.features import Columns, compose, cosine_weights, deviation
from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.neighbours import neighbour_index
from prle.metrics.numbers import rmse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from sklearn.neighbors import NearestNeighbors

_NEIGHBOURS: Final = (4, 8, 12, 16, 24, 32, 48, 64, 96)
_SHARPNESS: Final = (0.0, 1.0, 2.0, 4.0, 8.0)
"""0 lets all k neighbours speak alike; at 4 the k-th has 2 % of the voice of an exact match."""
_RELEVANCE: Final = (0.0, 0.5, 1.0)
"""Power of a column's correlation with the label in its weight; 0 treats all columns alike."""
_COSINE_WEIGHTS: Final = (0.5, 1.0, 1.5, 2.0, 3.0)
"""Of ``cosine_weights``, pairs only."""


@final
class KnnBaseline(Baseline):
    """Average the labels of the k nearest training rows, nearer ones louder: ``exp(-sharpness * d^2 / d_k^2)``.

    Validation chooses k, the sharpness and the metric: Euclidean over standardised columns, each weighted by a power of
    its correlation with the label on train, and for pairs by how much the cosine counts.
    scikit-learn finds the neighbours.
    Size: every training row in that metric (float32), the labels and the column scales.
    """

    name = "knn"

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features, checks = compose(train.embeddings), compose(validation.embeddings)
        columns = Columns.of(features)
        counts = [count for count in _NEIGHBOURS if count <= len(train)] or [len(train)]
        best, choice, metric = np.inf, dict[str, float](), columns
        for setting, candidate in _metrics(columns, features, train):
            distances, indices = neighbour_index(candidate(features), counts[-1]).kneighbors(candidate(checks))
            labels = train.labels[indices]
            for count in counts:
                for sharpness in _SHARPNESS:
                    guesses = _average(distances[:, :count], labels[:, :count], sharpness)
                    if (error := rmse(validation.labels, guesses)) < best:
                        choice = {"neighbours": count, "sharpness": sharpness, **setting}
                        best, metric = error, candidate
        rows = metric(features)
        rule = _NearestRows(
            columns=metric,
            index=neighbour_index(rows, int(choice["neighbours"])),
            labels=train.labels,
            sharpness=choice["sharpness"],
        )
        return Fitted(predict=rule, size_bytes=rows.nbytes + train.labels.nbytes + metric.nbytes, choice=choice)


@final
@dataclass(frozen=True, kw_only=True)
class _NearestRows:
    """:param index: of the training rows in the chosen metric, (N, F)."""

    columns: Columns
    index: NearestNeighbors
    labels: NDArray[np.float64]
    sharpness: float

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        distances, indices = self.index.kneighbors(self.columns(compose(embeddings)))
        return _average(distances, self.labels[indices], self.sharpness)


def _metrics(
    columns: Columns, features: NDArray[np.float32], train: Table
) -> Iterator[tuple[dict[str, float], Columns]]:
    """Yield every metric of the grid with its setting."""
    texts, width = train.embeddings.shape[1], features.shape[1]
    others = width - 1 if texts == 2 else width  # the cosine has a weight of its own
    scores = (train.labels - train.labels.mean()) / deviation(train.labels)
    correlations = np.abs(scores @ columns(features)) / len(train)
    for power in _RELEVANCE:
        relevance = np.ones(width)
        relevance[:others] = _relevance(correlations[:others], power)
        for cosine_weight in _COSINE_WEIGHTS if texts == 2 else (1.0,):
            weights = cosine_weights(width, texts, cosine_weight)
            yield {"relevance": power, "cosine_weight": cosine_weight}, columns.weighted(weights * relevance)


def _relevance(correlations: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    """Return ``correlations ** power`` with mean square 1, or ones where no column is related to the label."""
    weights = correlations**power
    size = float(np.sqrt(np.mean(weights**2)))
    return weights / size if size > 0 else np.ones_like(weights)


def _average(distances: NDArray[np.float32], labels: NDArray[np.float64], sharpness: float) -> NDArray[np.float64]:
    """Average labels over neighbours in ascending order of distance. *Shape:* two (Q, k) -> (Q,)."""
    farthest = distances[:, -1:]
    weights = np.exp(-sharpness * np.square(distances / np.where(farthest > 0, farthest, 1)))
    total: NDArray[np.float64] = np.einsum("qk,qk->q", weights, labels)
    voices: NDArray[np.float64] = weights.sum(axis=1, dtype=np.float64)
    return total / voices
