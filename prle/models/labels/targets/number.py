"""A target that is a number: scaled inside, label units outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np

from prle.arrays.shapes import array_namespace
from prle.errors import DataError
from prle.metrics.numbers import FIGURES, Figure, pearson, r2, rmse, spearman
from prle.models.labels.targets.interface import Target, TargetName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array


@final
@dataclass(frozen=True, kw_only=True)
class NumberTarget(Target):
    """``label = mean + deviation * scaled``; T is 1.

    Responsibilities sum to one, so each expert's output can be put in label units on its own and the contributions
    still add up to the prediction.

    :param mean: of the training labels, label units.
    :param deviation: their standard deviation, label units, positive.
    """

    criterion: ClassVar[Figure] = FIGURES["rmse"]
    score: ClassVar[Figure] = FIGURES["pearson"]

    figures: ClassVar[Mapping[str, Callable[[Any, Any], float]]] = {
        "pearson": pearson,
        "spearman": spearman,
        "rmse": rmse,
        "r2": r2,
    }

    mean: float
    deviation: float

    @classmethod
    def measured(cls, labels: NDArray[np.floating]) -> NumberTarget:
        """Measure the scale on training labels (N,).

        :raises DataError: when all labels are the same, or one is not finite.
        """
        if not np.isfinite(labels).all():
            row = int(np.flatnonzero(~np.isfinite(labels))[0])
            message = f"training labels: expected finite numbers, got {labels[row]} in row {row}."
            raise DataError(message)
        mean = float(np.mean(labels, dtype=np.float64))
        deviation = float(np.std(labels, dtype=np.float64))
        if deviation <= 1e-12 * abs(mean) or deviation == 0.0:
            low, high = float(np.min(labels)), float(np.max(labels))
            found = f"all {len(labels)} are {low:g}" if low == high else f"they lie between {low!r} and {high!r}"
            message = f"training labels: expected values that differ by more than rounding; {found}."
            raise DataError(message, hint="measure them in other units, or from another zero")
        return cls(mean=mean, deviation=deviation)

    @property
    def name(self) -> TargetName:
        """``number``."""
        return "number"

    @property
    def width(self) -> int:
        """One number."""
        return 1

    @property
    def unit(self) -> float:
        """A standard deviation of the training labels."""
        return self.deviation

    def exact(self, labels: NDArray[np.floating]) -> NDArray[np.float64]:
        """From label units, to unit variance. *Shape:* (N,) to (N, 1)."""
        return np.asarray((labels - self.mean) / self.deviation, np.float64)[:, None]

    def level(
        self,
        labels: NDArray[np.floating],
        frequencies: NDArray[np.floating],  # noqa: ARG002
    ) -> NDArray[np.floating]:
        """Return the mean label itself. *Shape:* (P, 1)."""
        return labels

    def errors(self, outputs: Array, labels: Array) -> Array:
        """Squared error, in label variances. *Shape:* two (..., 1) to (...)."""
        gap = outputs - labels
        return array_namespace(gap).mean(gap * gap, axis=-1)

    def placed(self, scores: Array) -> Array:
        """Deviations of the labels, as they are. *Shape:* (..., 1)."""
        return scores

    def additive(self, outputs: Array) -> Array:
        """Label units, since responsibilities sum to one. *Shape:* (..., 1) to (...)."""
        return self.in_label_units(outputs)

    def reported(self, sums: Array) -> Array:
        """Label units already. Any shape."""
        return sums

    def in_label_units(self, outputs: Array) -> Array:
        """Back to label units, which may be too large or too small for single precision. *Shape:* (..., 1) to (...)."""
        return np.asarray(outputs, np.float64)[..., 0] * self.deviation + self.mean
