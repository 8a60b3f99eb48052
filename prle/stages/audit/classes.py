"""How labels that are classes are measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast, final

import numpy as np

from prle.stages.audit.scale import Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.targets import ClassTarget

_ROUNDS: Final = 200


def scale(checkpoint: Checkpoint) -> Scale:
    """Return how the labels of a model are measured."""
    return ClassScale(cast("ClassTarget", checkpoint.target))


@final
class ClassScale(Scale):
    """Probabilities; a label is doubted by one minus that of its class. Labels are codes."""

    error_unit, figure, variance = "probability", "square root of the Brier score", "Gini impurity"
    usual, spread = "a logistic regression", "one minus the probability of the label"

    def __init__(self, target: ClassTarget) -> None:
        self._target = target
        self.unit = "probability" if target.combination == "probabilities" else "logits"

    def said(self, outputs: NDArray[np.floating], predictions: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return what is said of the class that is predicted, logits against their mean."""
        if self.unit == "logits":
            outputs = outputs - outputs.mean(axis=-1, keepdims=True)
        predicted = predictions.argmax(axis=-1)
        return np.take_along_axis(outputs, predicted[:, None, None], axis=-1)[..., 0]

    def truth(self, labels: NDArray[np.float64]) -> NDArray[np.floating]:
        """Return one at the place of each class."""
        return self._target.exact(labels)

    def range(self, labels: NDArray[np.float64]) -> tuple[float, float]:  # noqa: ARG002
        """Return what probabilities lie between."""
        return 0.0, 1.0

    def doubts(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one minus the probability of each label."""
        codes = labels.astype(np.int64)
        return np.asarray(1.0 - np.take_along_axis(predictions, codes[:, None], axis=1)[:, 0], np.float64)

    def deviation(self, doubts: NDArray[np.float64]) -> float:  # noqa: ARG002
        """Return all of the probability."""
        return 1.0

    def usually(
        self, points: NDArray[np.floating], labels: NDArray[np.float64], others: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Predict by a logistic regression; a class that it has not seen has no probability."""
        from sklearn.linear_model import LogisticRegression

        found = np.zeros((len(others), self._target.width))
        machine = LogisticRegression(max_iter=_ROUNDS).fit(points, labels.astype(np.int64))
        found[:, np.asarray(machine.classes_, np.int64)] = machine.predict_proba(others)
        return found

    def named(self, label: float) -> float | str:
        """Return the name of a class."""
        return self._target.names[int(label)]

    def foremost(self, prediction: NDArray[np.float64]) -> float:
        """Return the class that is most likely."""
        return float(prediction.argmax())

    def of(self, label: float, prediction: NDArray[np.float64]) -> float:
        """Return the probability of the label."""
        return float(prediction[int(label)])

    def against(
        self,
        label: float,
        labels: NDArray[np.float64],
        prediction: NDArray[np.float64],  # noqa: ARG002
    ) -> NDArray[np.float64]:
        """Return one for every other class."""
        return np.where(labels == label, 0.0, 1.0)
