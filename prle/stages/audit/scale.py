"""How labels of a kind are measured in an audit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.stages.audit.interface import Unit


class Scale(ABC):
    """What numbers and classes differ in; predictions are as they are reported, of N rows (N,) or (N, T)."""

    unit: Unit
    """Of what one prototype says."""

    error_unit: ClassVar[Unit]
    """Of an error of predictions; ``figure`` is its name, ``variance`` what its square is a part of."""

    figure: ClassVar[str]
    variance: ClassVar[str]

    usual: ClassVar[str]
    """What a label is usually held against."""

    spread: ClassVar[str]

    @abstractmethod
    def said(self, outputs: NDArray[np.floating], predictions: NDArray[np.floating]) -> NDArray[np.floating]:
        """Turn what prototypes say in the additive space to one number each. *Shape:* (B, P, ...) to (B, P)."""

    @abstractmethod
    def truth(self, labels: NDArray[np.float64]) -> NDArray[np.floating]:
        """Return labels (N,) as predictions are reported."""

    @abstractmethod
    def range(self, labels: NDArray[np.float64]) -> tuple[float, float]:
        """Return what predictions lie between."""

    @abstractmethod
    def doubts(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far predictions do not believe labels. *Shape:* (N,)."""

    @abstractmethod
    def deviation(self, doubts: NDArray[np.float64]) -> float:
        """Return what doubts of all rows are counted in, positive."""

    @abstractmethod
    def usually(
        self, points: NDArray[np.floating], labels: NDArray[np.float64], others: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Fit what is usual to some rows, and predict others."""

    @abstractmethod
    def named(self, label: float) -> float | str:
        """Return a label as it is shown."""

    @abstractmethod
    def foremost(self, prediction: NDArray[np.float64]) -> float:
        """Return the label that one prediction comes down to."""

    @abstractmethod
    def of(self, label: float, prediction: NDArray[np.float64]) -> float:
        """Return the number of one prediction that a label is held against."""

    @abstractmethod
    def against(
        self, label: float, labels: NDArray[np.float64], prediction: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return how far other labels (K,) are from one, on the side of the prediction; zero of those that are not."""
