"""Class probabilities: of methods that count, and of scikit-learn's, which know only the classes they have seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from prle.baselines.features import compose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.baselines.features import Columns
    from prle.baselines.interface import Table

SMOOTHING: Final = 1e-3
"""Share of the class frequencies in counted votes: a class that no neighbour has is unlikely, not impossible."""


def frequencies(train: Table) -> NDArray[np.float64]:
    """Return how frequent each class is. *Shape:* (T,)."""
    return np.bincount(train.codes, minlength=train.classes) / len(train)


def smoothed(shares: NDArray[np.floating], every: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mix a little of the class frequencies into counted votes. *Shape:* (N, T), (T,) -> (N, T)."""
    mixed: NDArray[np.float64] = (1.0 - SMOOTHING) * shares + SMOOTHING * every
    return mixed


@final
@dataclass(frozen=True, kw_only=True)
class Classifier:
    """A fitted scikit-learn classifier that predicts from embeddings.

    :param machine: anything with ``predict_proba`` and ``classes_``.
    :param every: class frequencies, *Shape:* (T,); mixed into what the machine says where that is counted.
    :param columns: puts features on one scale first, for a machine that minds it.
    """

    machine: Any
    every: NDArray[np.float64]
    columns: Columns | None = None
    counted: bool = False

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """*Shape:* (N, S, H) -> (N, T)."""
        features = compose(embeddings)
        return self.answer(features if self.columns is None else self.columns(features))

    def answer(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """Predict from what the machine was fitted on. *Shape:* (N, F) -> (N, T)."""
        shares = np.zeros((len(inputs), len(self.every)))
        shares[:, self.machine.classes_] = self.machine.predict_proba(inputs)
        return smoothed(shares, self.every) if self.counted else shares
