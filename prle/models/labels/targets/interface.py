"""A target says what is predicted: how labels look inside, how errors are counted, and in which space terms add up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array
    from prle.metrics.numbers import Figure

TargetName = Literal["number", "binary", "multiclass"]


class Target(ABC):
    """What a label is. The forward pass gives routed sums; only a target knows what they mean.

    Three spaces: *scaled*, where labels and what experts say are compared while fitting, (..., T); *additive*, where
    the terms of a prediction add up to it and which explanations show, (...) for a number and (..., T) for classes; and
    what is reported, of the same shape.
    """

    criterion: ClassVar[Figure]
    """What training watches on the validation rows, and a search and a comparison choose by."""

    score: ClassVar[Figure]
    """What people look at first."""

    figures: ClassVar[Mapping[str, Callable[[Any, Any], float]]]
    """Every figure of labels and reported predictions, by the names of ``prle.metrics.numbers.FIGURES``."""

    @property
    @abstractmethod
    def name(self) -> TargetName:
        """The kind of target."""

    @property
    @abstractmethod
    def width(self) -> int:
        """T, how many numbers an expert says."""

    @property
    @abstractmethod
    def unit(self) -> float:
        """The size that counts as large in the additive space; gaps of explanations are relative to it."""

    @abstractmethod
    def exact(self, labels: NDArray[np.floating]) -> NDArray[np.float64]:
        """From labels to the scaled space, in double precision. *Shape:* (N,) to (N, T)."""

    def scaled(self, labels: NDArray[np.floating]) -> NDArray[np.float32]:
        """From labels to the scaled space, as networks take it. *Shape:* (N,) to (N, T)."""
        return self.exact(labels).astype(np.float32)

    @abstractmethod
    def level(self, labels: NDArray[np.floating], frequencies: NDArray[np.floating]) -> NDArray[np.floating]:
        """What a constant expert should say whose inputs have these mean scaled labels.

        :param labels: *Shape:* (P, T)
        :param frequencies: the mean scaled label of all training rows. *Shape:* (T,)
        :returns: *Shape:* (P, T)
        """

    @abstractmethod
    def errors(self, outputs: Array, labels: Array) -> Array:
        """What training makes small, of routed sums or of single experts. *Shape:* two (..., T) to (...)."""

    @abstractmethod
    def placed(self, scores: Array) -> Array:
        """From scaled scores to coordinates in which distances mean the same everywhere. Shapes stay."""

    @abstractmethod
    def additive(self, outputs: Array) -> Array:
        """From scaled routed sums, or what single experts say, to the space where terms add up."""

    @abstractmethod
    def reported(self, sums: Array) -> Array:
        """From the additive space to what is reported: label units, or class probabilities."""

    def measures(self, labels: NDArray[np.floating], predictions: NDArray[np.floating]) -> dict[str, float]:
        """Measure every figure of reported predictions."""
        return {name: measure(labels, predictions) for name, measure in self.figures.items()}

    def watched(self, labels: NDArray[np.floating], predictions: NDArray[np.floating]) -> dict[str, float]:
        """Measure the score and the criterion alone."""
        return {figure.name: self.figures[figure.name](labels, predictions) for figure in (self.score, self.criterion)}
