"""How labels that are numbers are measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.stages.audit.scale import Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint

_NORMAL: Final = 1.4826
"""The standard deviation of a normal distribution in units of its median absolute deviation."""

_PENALTIES: Final = (1.0, 10.0, 100.0, 1000.0)


def scale(checkpoint: Checkpoint) -> Scale:  # noqa: ARG001
    """Return how the labels of a model are measured."""
    return NumberScale()


@final
class NumberScale(Scale):
    """Label units; a label is doubted by its distance to what is predicted."""

    unit = "label units"
    error_unit, figure, variance = "label units", "RMSE", "label variance"
    usual, spread = "a ridge regression", "robust standard deviations"

    def said(self, outputs: NDArray[np.floating], predictions: NDArray[np.floating]) -> NDArray[np.floating]:  # noqa: ARG002
        """Return outputs as they are."""
        return outputs

    def truth(self, labels: NDArray[np.float64]) -> NDArray[np.floating]:
        """Return labels as they are."""
        return labels

    def range(self, labels: NDArray[np.float64]) -> tuple[float, float]:
        """Return the smallest and the largest label."""
        return float(labels.min()), float(labels.max())

    def doubts(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return absolute errors."""
        return np.abs(labels - predictions)

    def deviation(self, doubts: NDArray[np.float64]) -> float:
        """Return the robust standard deviation of errors."""
        return max(_NORMAL * float(np.median(doubts)), float(np.finfo(np.float64).tiny))

    def usually(
        self, points: NDArray[np.floating], labels: NDArray[np.float64], others: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Predict by a ridge regression, its penalty the best by leaving one out."""
        from sklearn.linear_model import RidgeCV

        return np.asarray(RidgeCV(_PENALTIES).fit(points, labels).predict(others), np.float64)

    def named(self, label: float) -> float | str:
        """Return it as it is."""
        return label

    def foremost(self, prediction: NDArray[np.float64]) -> float:
        """Return the prediction itself."""
        return float(prediction)

    def of(self, label: float, prediction: NDArray[np.float64]) -> float:  # noqa: ARG002
        """Return the prediction itself."""
        return float(prediction)

    def against(
        self, label: float, labels: NDArray[np.float64], prediction: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return distances on the side of the prediction."""
        return np.maximum(np.sign(prediction - label) * (labels - label), 0.0)
