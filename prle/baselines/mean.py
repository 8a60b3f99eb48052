"""The floor: what predicting without reading costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from prle.baselines.interface import Baseline, Fitted, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


@final
class MeanBaseline(Baseline):
    """Predict the mean training label for everything. Size: that one number."""

    name = "mean"

    def _fit(self, train: Table, validation: Table) -> Fitted:  # noqa: ARG002  (nothing to choose)
        value = float(train.labels.mean())
        return Fitted(predict=_Constant(value=value), size_bytes=train.labels.itemsize, choice={})


@final
@dataclass(frozen=True, kw_only=True)
class _Constant:
    value: float

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.full(len(embeddings), self.value)
