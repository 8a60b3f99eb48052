"""What knowing nothing but the labels gives for classes: the floor under every other figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.shares import frequencies

if TYPE_CHECKING:
    from numpy.typing import NDArray


@final
class MajorityBaseline(Baseline):
    """Predict how frequent each class is in train, and so the most frequent one, for everything. Size: T numbers."""

    name = "majority"

    def _fit(self, train: Table, validation: Table) -> Fitted:  # noqa: ARG002  (nothing to choose)
        shares = frequencies(train)
        return Fitted(predict=_Constant(frequencies=shares), size_bytes=shares.nbytes, choice={})


@final
@dataclass(frozen=True, kw_only=True)
class _Constant:
    frequencies: NDArray[np.float64]

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.tile(self.frequencies, (len(embeddings), 1))
