"""The examples vote on the class: the method that prototypes compress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.baselines.features import Columns, compose, cosine_weights
from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.neighbours import neighbour_index
from prle.baselines.shares import frequencies, smoothed
from prle.metrics.classes import log_loss

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.neighbors import NearestNeighbors

_NEIGHBOURS: Final = (4, 8, 12, 16, 24, 32, 48)
_SHARPNESS: Final = (0.0, 1.0, 2.0, 4.0, 8.0)
"""0 lets all k neighbours vote alike; at 4 the k-th has 2 % of the voice of an exact match."""
_COSINE_WEIGHTS: Final = (0.5, 1.0, 2.0)
"""Of ``cosine_weights``, pairs only."""


@final
class KnnClassifier(Baseline):
    """Count the classes of the k nearest training rows, nearer ones louder: ``exp(-sharpness * d^2 / d_k^2)``.

    Validation chooses k, the sharpness, whether columns are standardised, and for pairs how much the cosine counts.
    scikit-learn finds the neighbours.
    Size: every training row in that metric (float32), its class and the column scales.
    """

    name = "knn"

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features, checks = compose(train.embeddings), compose(validation.embeddings)
        counts = [count for count in _NEIGHBOURS if count <= len(train)] or [len(train)]
        votes = _Votes(codes=train.codes, frequencies=frequencies(train))
        best, choice, metric = np.inf, dict[str, float](), Columns.of(features)
        for setting, candidate in _metrics(features, train.embeddings.shape[1]):
            distances, indices = neighbour_index(candidate(features), counts[-1]).kneighbors(candidate(checks))
            for count in counts:
                for sharpness in _SHARPNESS:
                    shares = votes(distances[:, :count], indices[:, :count], sharpness)
                    if (error := log_loss(validation.labels, shares)) < best:
                        choice = {"neighbours": count, "sharpness": sharpness, **setting}
                        best, metric = error, candidate
        rows = metric(features)
        rule = _NearestRows(
            columns=metric,
            index=neighbour_index(rows, int(choice["neighbours"])),
            votes=votes,
            sharpness=choice["sharpness"],
        )
        return Fitted(predict=rule, size_bytes=rows.nbytes + train.codes.nbytes + metric.nbytes, choice=choice)


@final
@dataclass(frozen=True, kw_only=True)
class _Votes:
    """:param codes: of the training rows, *Shape:* (N,)."""

    codes: NDArray[np.int64]
    frequencies: NDArray[np.float64]

    def __call__(
        self, distances: NDArray[np.float32], indices: NDArray[np.intp], sharpness: float
    ) -> NDArray[np.float64]:
        """Count neighbours in ascending order of distance. *Shape:* two (Q, k) -> (Q, T)."""
        farthest = distances[:, -1:]
        voices = np.exp(-sharpness * np.square(distances / np.where(farthest > 0, farthest, 1))).astype(np.float64)
        shares = np.zeros((len(distances), len(self.frequencies)))
        np.add.at(shares, (np.arange(len(distances))[:, None], self.codes[indices]), voices)
        return smoothed(shares / shares.sum(axis=1, keepdims=True), self.frequencies)


@final
@dataclass(frozen=True, kw_only=True)
class _NearestRows:
    """:param index: of the training rows in the chosen metric, (N, F)."""

    columns: Columns
    index: NearestNeighbors
    votes: _Votes
    sharpness: float

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        distances, indices = self.index.kneighbors(self.columns(compose(embeddings)))
        return self.votes(distances, indices, self.sharpness)


def _metrics(features: NDArray[np.float32], texts: int) -> list[tuple[dict[str, float], Columns]]:
    """Return every metric of the grid with its setting."""
    columns, width = Columns.of(features), features.shape[1]
    raw = Columns(mean=np.zeros(width, np.float32), scale=np.ones(width, np.float32))
    if texts == 1:
        return [({"standardised": 0.0}, raw), ({"standardised": 1.0}, columns)]
    return [
        ({"standardised": 1.0, "cosine_weight": weight}, columns.weighted(cosine_weights(width, texts, weight)))
        for weight in _COSINE_WEIGHTS
    ]
