"""What a page says of labels that are classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast, final

import numpy as np

from prle.explanation.calibration import reliability
from prle.metrics.classes import accuracy, confusion, log_loss
from prle.stages.explain.classes import ClassExplainer
from prle.stages.explain.interface import ClassAnchor, ClassExample
from prle.stages.report.interface import ClassChecks, ClassLabels, Confused, Confusion, PredictedClass
from prle.stages.report.kind import LabelKind
from prle.stages.report.rows import EXPLAINED, GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from prle.models.labels.targets import ClassTarget, Target
    from prle.stages.explain.interface import ClassExplainReport
    from prle.stages.explain.questions import Question
    from prle.workspace import Workspace

LARGEST_MATRIX: Final = 12
"""Classes that a confusion matrix shows one by one, if there are no more; of more, the last place is for the others."""

_PAIRS: Final = 10


def label_kind(target: Target, labels: NDArray[np.float64]) -> Classes:  # noqa: ARG001
    """Return what a page says of the classes of a model."""
    return Classes(target=cast("ClassTarget", target))


@final
@dataclass(frozen=True, kw_only=True)
class Classes(LabelKind):
    """Classes: probabilities, shares, confusions."""

    target: ClassTarget

    def figures(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> dict[str, float]:
        """Return every figure that classes have."""
        return self.target.measures(labels, predictions)

    def part_figures(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> dict[str, float]:
        """Return those that one class alone has too."""
        return {"accuracy": accuracy(labels, predictions), "log_loss": log_loss(labels, predictions)}

    def misses(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how much of the probability the true class does not have, 0 to 1."""
        missed: NDArray[np.float64] = 1.0 - predictions[np.arange(len(labels)), labels.astype(np.int64)]
        return missed

    def described(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> ClassLabels:
        """Return the shares of the classes, and their mean probabilities."""
        shares = np.bincount(labels.astype(np.int64), minlength=self.target.width) / len(labels)
        return ClassLabels(shares=self._named(shares), predicted=self._named(predictions.mean(axis=0)))

    def checks(
        self,
        labels: NDArray[np.float64],
        predictions: NDArray[np.float64],
        row: Callable[[int], PredictedClass],  # noqa: ARG002
    ) -> ClassChecks:
        """Check the probability of the second of two classes, of more that of the likeliest; count confusions."""
        about = self.target.names[1] if self.target.width == 2 else None
        if about is None:
            right, probability = predictions.argmax(axis=1) == labels, predictions.max(axis=1)
        else:
            right, probability = labels == 1.0, predictions[:, 1]
        return ClassChecks(
            about=about,
            calibration=reliability(right, probability, GROUPS),
            confusion=self._confusion(confusion(labels, predictions)),
        )

    def predicted(
        self, row: int, texts: tuple[str, ...], label: float, prediction: NDArray[np.float64], prototype: int
    ) -> PredictedClass:
        """Return a row with two names and a probability."""
        likeliest = int(prediction.argmax())
        return PredictedClass(
            row=row,
            texts=texts,
            label=self.target.names[int(label)],
            prediction=self.target.names[likeliest],
            probability=float(prediction[likeliest]),
            prototype=prototype,
        )

    def anchor(self, row: int, texts: tuple[str, ...], label: float) -> ClassAnchor:
        """Return a training row with its class."""
        return ClassAnchor(row=row, texts=texts, label=self.target.names[int(label)])

    def example(self, row: int, texts: tuple[str, ...], label: float, distance: float) -> ClassExample:
        """Return a training row with its class."""
        return ClassExample(row=row, texts=texts, label=self.target.names[int(label)], distance=distance)

    def explained(self, opened: Workspace, name: str, questions: Sequence[Question]) -> Iterator[ClassExplainReport]:
        """Explain rows one by one, each for the class that is predicted."""
        explainer = ClassExplainer(opened, name)
        for question in questions:
            yield from explainer.explain([question], EXPLAINED)

    def _named(self, shares: NDArray[np.float64]) -> dict[str, float]:
        return dict(zip(self.target.names, shares.tolist(), strict=True))

    def _confusion(self, counts: NDArray[np.int64]) -> Confusion:
        """Show the classes that are most often involved in a mistake; the others together, where there are many."""
        width, names = len(counts), self.target.names
        mistakes = counts - np.diag(np.diag(counts))
        involved = mistakes.sum(axis=0) + mistakes.sum(axis=1)
        shown = np.arange(width)
        if width > LARGEST_MATRIX:
            shown = np.sort(np.argsort(-involved, kind="stable")[: LARGEST_MATRIX - 1])
        # Every class goes to its place in the smaller matrix, those that are not shown to the last one.
        places = np.full(width, len(shown))
        places[shown] = np.arange(len(shown))
        pooled = np.zeros((len(shown) + (width > len(shown)),) * 2, np.int64)
        np.add.at(pooled, (places[:, None], places[None, :]), counts)
        rows = counts.sum(axis=1)
        order = np.argsort(-mistakes, axis=None, kind="stable")[:_PAIRS]
        pairs = zip(*(places.tolist() for places in np.unravel_index(order, counts.shape)), strict=True)
        return Confusion(
            classes=tuple(names[code] for code in shown.tolist()),
            others=width - len(shown),
            counts=tuple(map(tuple, pooled.tolist())),
            pairs=tuple(
                Confused(
                    label=names[true],
                    prediction=names[said],
                    rows=int(counts[true, said]),
                    share=float(counts[true, said] / rows[true]),
                )
                for true, said in pairs
                if mistakes[true, said]
            ),
        )
