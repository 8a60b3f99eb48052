"""What a page says of labels that are numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.explanation.calibration import calibration
from prle.metrics.numbers import mae, pearson, r2, rmse, spearman
from prle.stages.explain.interface import Anchor, Example
from prle.stages.explain.numbers import NumberExplainer
from prle.stages.report.interface import NumberChecks, NumberLabels, PredictedNumber
from prle.stages.report.kind import LabelKind
from prle.stages.report.rows import EXPLAINED, GROUPS, PREDICTED_ROWS, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from prle.models.labels.targets import Target
    from prle.stages.explain.interface import ExplainReport
    from prle.stages.explain.questions import Question
    from prle.workspace import Workspace

_BINS: Final = 20


def label_kind(target: Target, labels: NDArray[np.float64]) -> Numbers:  # noqa: ARG001
    """Return what a page says of numbers; the range of the training labels is cut into bins."""
    return Numbers(edges=np.linspace(labels.min(), labels.max(), _BINS + 1))


@final
@dataclass(frozen=True, kw_only=True)
class Numbers(LabelKind):
    """Numbers: errors, histograms, calibration by groups.

    :param edges: of the bins of every histogram, ascending. *Shape:* (B + 1,)
    """

    edges: NDArray[np.float64]

    def figures(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> dict[str, float]:
        """Return errors and correlations."""
        return {
            **self.part_figures(labels, predictions),
            "pearson": pearson(labels, predictions),
            "spearman": spearman(labels, predictions),
            "r2": r2(labels, predictions),
        }

    def part_figures(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> dict[str, float]:
        """Return errors, label units."""
        return {"rmse": rmse(labels, predictions), "mae": mae(labels, predictions)}

    def misses(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return absolute errors, label units."""
        return np.abs(labels - predictions)

    def described(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NumberLabels:
        """Return means, range and histogram."""
        return NumberLabels(
            mean=float(labels.mean()),
            predicted=float(predictions.mean()),
            range=(float(labels.min()), float(labels.max())),
            edges=tuple(self.edges.tolist()),
            histogram=tuple(np.histogram(labels, bins=self.edges)[0].tolist()),
        )

    def checks(
        self,
        labels: NDArray[np.float64],
        predictions: NDArray[np.float64],
        row: Callable[[int], PredictedNumber],
    ) -> NumberChecks:
        """Return mean labels where so much is predicted, and single errors."""
        return NumberChecks(
            calibration=calibration(labels, predictions, GROUPS),
            predicted=tuple(map(row, sample(len(labels), PREDICTED_ROWS))),
        )

    def predicted(
        self, row: int, texts: tuple[str, ...], label: float, prediction: NDArray[np.float64], prototype: int
    ) -> PredictedNumber:
        """Return a row with two numbers."""
        return PredictedNumber(
            row=row, texts=texts, label=float(label), prediction=float(prediction), prototype=prototype
        )

    def anchor(self, row: int, texts: tuple[str, ...], label: float) -> Anchor:
        """Return a training row with its number."""
        return Anchor(row=row, texts=texts, label=float(label))

    def example(self, row: int, texts: tuple[str, ...], label: float, distance: float) -> Example:
        """Return a training row with its number."""
        return Example(row=row, texts=texts, label=float(label), distance=distance)

    def explained(self, opened: Workspace, name: str, questions: Sequence[Question]) -> Iterator[ExplainReport]:
        """Explain rows one by one."""
        explainer = NumberExplainer(opened, name)
        for question in questions:
            yield from explainer.explain([question], EXPLAINED)
