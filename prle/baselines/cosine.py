"""What the encoder itself thinks of a pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from prle.baselines.features import cosine
from prle.baselines.interface import Baseline, Fitted, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


@final
class CosineBaseline(Baseline):
    """Similar vectors, similar meaning: ``label = slope * cosine(u, v) + intercept``, least squares on train.

    Two numbers leave nothing to choose. Size: those two.
    """

    name = "cosine"
    texts = frozenset({2})

    def _fit(self, train: Table, validation: Table) -> Fitted:  # noqa: ARG002  (nothing to choose)
        similarity = cosine(train.embeddings).astype(np.float64)
        centred = similarity - similarity.mean()
        spread = float(centred @ centred)
        slope = float(centred @ train.labels) / spread if spread > 0 else 0.0
        intercept = float(train.labels.mean() - slope * similarity.mean())
        line = _Line(slope=slope, intercept=intercept)
        return Fitted(predict=line, size_bytes=2 * train.labels.itemsize, choice={})


@final
@dataclass(frozen=True, kw_only=True)
class _Line:
    slope: float
    intercept: float

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        return self.slope * cosine(embeddings).astype(np.float64) + self.intercept
