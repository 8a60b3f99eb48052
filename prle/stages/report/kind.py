"""What a page says differently of numbers and of classes; everything else about a model is the same."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prle.stages.explain.interface import (
        Anchor,
        ClassAnchor,
        ClassExample,
        ClassExplainReport,
        Example,
        ExplainReport,
    )
    from prle.stages.explain.questions import Question
    from prle.stages.report.interface import (
        ClassChecks,
        ClassLabels,
        NumberChecks,
        NumberLabels,
        PredictedClass,
        PredictedNumber,
    )
    from prle.workspace import Workspace


class LabelKind(ABC):
    """One kind of label. Labels are as the workspace has them, (N,): label units, or codes of classes.

    Predictions are as they are reported: label units (N,), or class probabilities (N, T).
    """

    @abstractmethod
    def figures(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> dict[str, float]:
        """Return every figure of a whole split, by the names of :class:`SplitFigures`."""

    @abstractmethod
    def part_figures(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> dict[str, float]:
        """Return those figures of one regime, of one row or more."""

    @abstractmethod
    def misses(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far off each prediction is. *Shape:* (N,)."""

    @abstractmethod
    def described(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NumberLabels | ClassLabels:
        """Sum up the labels of one row or more, and what is predicted of them."""

    @abstractmethod
    def checks(
        self,
        labels: NDArray[np.float64],
        predictions: NDArray[np.float64],
        row: Callable[[int], Any],
    ) -> NumberChecks | ClassChecks:
        """Hold the predictions of a split against its labels; ``row`` gives one of its rows with its texts."""

    @abstractmethod
    def predicted(
        self, row: int, texts: tuple[str, ...], label: float, prediction: NDArray[np.float64], prototype: int
    ) -> PredictedNumber | PredictedClass:
        """Return one row with what is predicted of it, and who dominates it."""

    @abstractmethod
    def anchor(self, row: int, texts: tuple[str, ...], label: float) -> Anchor | ClassAnchor:
        """Return the training row of a prototype."""

    @abstractmethod
    def example(self, row: int, texts: tuple[str, ...], label: float, distance: float) -> Example | ClassExample:
        """Return a training row near a prototype."""

    @abstractmethod
    def explained(
        self, opened: Workspace, name: str, questions: Sequence[Question]
    ) -> Iterator[ExplainReport | ClassExplainReport]:
        """Explain rows exactly as ``prle explain --row`` does, one by one."""
