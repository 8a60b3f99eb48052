"""Predict texts or rows of a table, or a split of the workspace."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias, final

import numpy as np

from prle.checkpoint import load
from prle.data.interface import SPLITS, SplitName
from prle.errors import UsageError, WorkspaceError, unknown_name
from prle.observer import SILENT, Observer
from prle.predictor import Predictor
from prle.stages.class_interface import ClassPrediction, ClassPredictReport
from prle.stages.explain_class import by_name
from prle.stages.interface import Prediction, PredictReport
from prle.stages.query import TextVectors, as_asked, as_shown
from prle.stages.students import is_student, labels_of, load_student
from prle.stages.text_interface import TextPredictReport
from prle.stages.text_predict import TextAnswering, TextRequest, finding_texts, predict_texts_of
from prle.targets import ClassTarget
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.distillation.model import DistilledPredictor
    from prle.explanation import Calibration
    from prle.targets import Target
    from prle.workspace import Workspace


AnyPredictReport: TypeAlias = PredictReport | ClassPredictReport | TextPredictReport


@contextmanager
def predicting(
    workspace: Path,
    *,
    name: str = "default",
    level: float | None = None,
    remember: bool = True,
    texts: TextRequest | None = None,
    observer: Observer = SILENT,
) -> Iterator[Callable[[Sequence[tuple[str, ...]]], AnyPredictReport]]:
    """Give a function that predicts rows, one prediction a row: label units, or a class and the probabilities of all.

    It loads everything once. Rows are texts; those of a table are as :func:`prle.stages.query.read_inputs` gives them,
    or as somebody types them: ``NAME=VALUE`` for each column, or one JSON object.

    :param level: how often intervals should hold, between 0 and 1; None gives none.
    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    :param texts: what is wanted of rankings, where labels are texts.
    :raises WorkspaceError: where the model has no calibration, or one of too few rows for the level.
    :raises UsageError: for a level where labels are no numbers, or wishes about rankings where they are no texts.
    """
    with open_workspace(workspace) as opened:
        vectors = TextVectors(opened, remember=remember, observer=observer)
        answering = _finding(opened, name, level, texts, observer) or _Answering(opened, name, level)

        def predict(rows: Sequence[tuple[str, ...]]) -> AnyPredictReport:
            asked = [as_asked(opened, row, observer=observer) for row in rows]
            shown = [as_shown(opened, row) for row in asked]
            if isinstance(answering, TextAnswering):
                return answering.report(shown, answering.asked(asked, vectors(asked)))
            return answering.report(shown, vectors(asked))

        yield predict


def predict_texts(
    workspace: Path,
    rows: Sequence[tuple[str, ...]],
    *,
    name: str = "default",
    level: float | None = None,
    remember: bool = True,
    texts: TextRequest | None = None,
    observer: Observer = SILENT,
) -> AnyPredictReport:
    """Predict new rows, one prediction a row; rows and options are those of :func:`predicting`."""
    with predicting(workspace, name=name, level=level, remember=remember, texts=texts, observer=observer) as predict:
        return predict(rows)


def predict_split(
    workspace: Path,
    split: str,
    *,
    name: str = "default",
    level: float | None = None,
    texts: TextRequest | None = None,
    observer: Observer = SILENT,
) -> AnyPredictReport:
    """Predict every row of a split, beside its label; ``level`` and ``texts`` as for new rows."""
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        finding = _finding(opened, name, level, texts, observer)
        if finding is not None:
            return predict_texts_of(finding, which, observer=observer)
        shown = [opened.row_cells(which, row) for row in range(opened.splits[which])]
        report = _Answering(opened, name, level).report(shown, opened.embeddings(which), which)
        observer.progress("predicting", len(shown), len(shown), "rows")
        return report


def _finding(
    workspace: Workspace, name: str, level: float | None, texts: TextRequest | None, observer: Observer
) -> TextAnswering | None:
    """Return what ranks texts, where labels are texts.

    :raises UsageError: for intervals, which texts have not, or wishes that others have not.
    """
    found = finding_texts(workspace, name, texts, observer=observer)
    if found is not None and level is not None:
        message = "--level: expected labels that are numbers; texts have scores instead of intervals."
        raise UsageError(message, hint="leave out --level")
    return found


@final
class _Answering:
    """A model that is ready to predict rows of an open workspace.

    :param level: how often intervals should hold; None gives none.
    """

    def __init__(self, workspace: Workspace, name: str, level: float | None) -> None:
        self._workspace, self._name, self._level = workspace, name, level
        self._predictor: Predictor | DistilledPredictor
        if is_student(workspace, name):
            student = load_student(workspace, name)
            self._predictor, calibration = labels_of(student), student.calibration
        else:
            checkpoint = load(workspace, name)
            self._predictor, calibration = checkpoint.predictor(), checkpoint.calibration
        self._half = (
            None if level is None else _half_widths(self._predictor.target, calibration, workspace, name, level)
        )

    def report(
        self, shown: Sequence[tuple[str, ...]], vectors: NDArray[np.float32], split: SplitName | None = None
    ) -> PredictReport | ClassPredictReport:
        """Predict rows of vectors (N, S, H), and lay out what came of it, beside the labels of a split."""
        target, opened = self._predictor.target, self._workspace
        predicted = self._predictor.predict(vectors)
        if isinstance(target, ClassTarget):
            return self._classes(target, shown, predicted, split)
        labels = None if split is None else opened.labels(split)
        intervals = self._intervals(predicted, vectors)
        return PredictReport(
            model=self._name,
            fields=opened.manifest.names,
            label=opened.manifest.label,
            split=split,
            predictions=tuple(
                Prediction(
                    texts=shown[row],
                    prediction=value,
                    row=None if labels is None else row,
                    label=None if labels is None else float(labels[row]),
                    interval=intervals[row],
                )
                for row, value in enumerate(predicted.tolist())
            ),
            level=self._level,
            table=bool(opened.manifest.columns),
        )

    def _intervals(
        self, predicted: NDArray[np.float64], vectors: NDArray[np.float32]
    ) -> Sequence[tuple[float, float] | None]:
        """Return the interval of every prediction (N,); None where no level was asked for."""
        if self._half is None:
            return [None] * len(predicted)
        regimes = self._predictor.regimes(vectors) if isinstance(self._predictor, Predictor) else 0
        widths = np.broadcast_to(self._half[regimes], predicted.shape).tolist()
        return [(value - width, value + width) for value, width in zip(predicted.tolist(), widths, strict=True)]

    def _classes(
        self,
        target: ClassTarget,
        shown: Sequence[tuple[str, ...]],
        predicted: NDArray[np.float64],
        split: SplitName | None,
    ) -> ClassPredictReport:
        """Lay out class probabilities (N, T)."""
        opened = self._workspace
        labels = None if split is None else opened.labels(split).astype(np.int64)
        return ClassPredictReport(
            model=self._name,
            fields=opened.manifest.names,
            label=opened.manifest.label,
            split=split,
            classes=target.names,
            predictions=tuple(
                ClassPrediction(
                    texts=shown[row],
                    prediction=target.names[int(shares.argmax())],
                    probability=float(shares.max()),
                    probabilities=by_name(target, shares),
                    row=None if labels is None else row,
                    label=None if labels is None else target.names[labels[row]],
                )
                for row, shares in enumerate(predicted)
            ),
            table=bool(opened.manifest.columns),
        )


def _half_widths(
    target: Target, calibration: Calibration | None, opened: Workspace, name: str, level: float
) -> NDArray[np.float64]:
    """Return half the width of the intervals of every regime, of which a student has one. *Shape:* (P,).

    :raises UsageError: where labels are classes.
    :raises WorkspaceError: where the model has no calibration, or one of too few rows for the level.
    """
    if isinstance(target, ClassTarget):
        message = "--level: expected labels that are numbers; classes have probabilities instead of intervals."
        raise UsageError(message, hint="leave out --level")
    if calibration is None:
        message = f"model {name} was fitted without a calibration, so it has no intervals."
        raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again")
    half = calibration.half_widths(level)
    if np.isinf(half).any():
        message = f"{opened.path.name} has too few validation rows for intervals of level {level:g}."
        raise WorkspaceError(message, hint="use a lower --level")
    return half


def known_split(workspace: Workspace, split: str) -> SplitName:
    """Return ``split`` as a split that the workspace has rows in.

    :raises UsageError: for a name that is no split.
    :raises WorkspaceError: for a split without rows.
    """
    for known in SPLITS:
        if split == known:
            if not workspace.splits.get(known):
                message = f"{workspace.path.name} has no {known} rows, only {', '.join(workspace.splits)}."
                raise WorkspaceError(message)
            return known
    unknown = unknown_name("split", split, SPLITS)
    raise unknown
