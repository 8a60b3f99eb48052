"""A target that is one of a few classes: their probabilities, two of them or a thousand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, final

import numpy as np

from prle.arrays.geometry import TINY, softmax
from prle.arrays.shapes import array_namespace
from prle.errors import DataError, WorkspaceError
from prle.metrics import classes as class_metrics
from prle.metrics.numbers import FIGURES, Figure
from prle.models.labels.targets.interface import Target, TargetName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array

SMOOTHING: Final = 0.1
"""Share of the class frequencies in a neighbourhood's: no class is impossible because few neighbours lack it."""


@final
@dataclass(frozen=True, kw_only=True)
class ClassTarget(Target):
    """Labels are codes of ``names``; T is the number of classes, for two as for more: one code path.

    ``probabilities``: ``p(x) = sum_p w_p softmax(o_p(x))``, a mixture of the class distributions of the experts: terms
    add up to probabilities exactly. ``logits``: ``p(x) = softmax(sum_p w_p o_p(x))``: terms add up to logits exactly.
    Either way training makes the negative log probability of the true class small, nats.

    :param names: of the classes by code, at least two.
    :param combination: what the routed sum is taken of.
    """

    criterion: ClassVar[Figure] = FIGURES["log_loss"]
    score: ClassVar[Figure] = FIGURES["accuracy"]

    figures: ClassVar[Mapping[str, Callable[[Any, Any], float]]] = {
        "accuracy": class_metrics.accuracy,
        "auc": class_metrics.auc,
        "log_loss": class_metrics.log_loss,
        "brier": class_metrics.brier,
        "calibration_error": class_metrics.calibration_error,
        "macro_f1": class_metrics.macro_f1,
    }

    names: tuple[str, ...]
    combination: Literal["probabilities", "logits"] = "probabilities"

    @classmethod
    def measured(
        cls, labels: NDArray[np.floating], names: tuple[str, ...], combination: Literal["probabilities", "logits"]
    ) -> ClassTarget:
        """Check training labels (N,) against the names.

        :raises DataError: where a label is no code, or all rows are of one class.
        """
        wrong = np.flatnonzero(~np.isin(labels, np.arange(len(names))))
        if len(wrong):
            message = f"training labels: expected codes from 0 to {len(names) - 1}, got {labels[wrong[0]]:g} in row "
            message += f"{wrong[0]}."
            raise DataError(message, hint="run `prle embed` again")
        if len(np.unique(labels)) < 2:
            message = f"training labels: expected at least two classes, all {len(labels)} are {names[int(labels[0])]}."
            raise DataError(message)
        return cls(names=names, combination=combination)

    @property
    def name(self) -> TargetName:
        """``binary`` or ``multiclass``."""
        return "binary" if len(self.names) == 2 else "multiclass"

    @property
    def width(self) -> int:
        """The number of classes."""
        return len(self.names)

    @property
    def unit(self) -> float:
        """All of the probability, or one logit."""
        return 1.0

    def exact(self, labels: NDArray[np.floating]) -> NDArray[np.float64]:
        """One at the label's place, zero elsewhere. *Shape:* (N,) to (N, T)."""
        return np.eye(len(self.names))[np.asarray(labels, np.int64)]

    def level(self, labels: NDArray[np.floating], frequencies: NDArray[np.floating]) -> NDArray[np.floating]:
        """Log probabilities of the neighbourhood, a tenth of them the frequencies of all rows. *Shape:* (P, T)."""
        # A class that train does not have still gets less than a thousandth of a row.
        everywhere = (frequencies + 1e-6) / np.sum(frequencies + 1e-6)
        odds: NDArray[np.floating] = np.log((1.0 - SMOOTHING) * labels + SMOOTHING * everywhere)
        return odds

    def errors(self, outputs: Array, labels: Array) -> Array:
        """Negative log probability of the true class, nats. *Shape:* two (..., T) to (...)."""
        xp = array_namespace(outputs)
        if self.combination == "probabilities":
            return -xp.log(xp.sum(outputs * labels, axis=-1) + TINY)
        raised = outputs - xp.max(outputs, axis=-1, keepdims=True)
        return xp.log(xp.sum(xp.exp(raised), axis=-1)) - xp.sum(raised * labels, axis=-1)

    def placed(self, scores: Array) -> Array:
        """Twice the root of probabilities: their distances are about those of log odds. *Shape:* (..., T)."""
        xp = array_namespace(scores)
        return 2.0 * xp.sqrt(xp.clip(scores, min=0.0))

    def additive(self, outputs: Array) -> Array:
        """Probabilities or logits, as they are. *Shape:* (..., T)."""
        return outputs

    def reported(self, sums: Array) -> Array:
        """Class probabilities. *Shape:* (..., T)."""
        return sums if self.combination == "probabilities" else softmax(sums)

    def by_name(self, shares: NDArray[np.floating]) -> dict[str, float]:
        """Return the probabilities (T,) of one row by class."""
        return dict(zip(self.names, map(float, shares), strict=True))


def classes_of(target: Target, model: str) -> ClassTarget:
    """Return the target of a model in a workspace of classes, which is one of classes.

    :raises WorkspaceError: where it is another.
    """
    if not isinstance(target, ClassTarget):
        message = f"model {model}: expected one of classes, got one of numbers."
        raise WorkspaceError(message, hint=f"run `prle fit --name {model}` again")
    return target
