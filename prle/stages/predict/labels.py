"""Predict texts or rows of a table, or a split of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np

from prle.errors import UsageError, WorkspaceError
from prle.models.labels.checkpoint import load
from prle.models.labels.predictor import Predictor
from prle.models.labels.targets import ClassTarget
from prle.stages.common.kinds import is_student
from prle.stages.explain.classes import by_name
from prle.stages.predict.interface import (
    ClassPrediction,
    ClassPredictReport,
    Prediction,
    PredictReport,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.data.interface import SplitName
    from prle.models.labels.calibration import Calibration
    from prle.models.labels.targets import Target
    from prle.models.students.model import DistilledPredictor
    from prle.workspace import Workspace


@final
class RowPredictor:
    """A model that is ready to predict rows of an open workspace.

    :raises WorkspaceError: where the model is missing, stale or broken.
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._workspace, self._name = workspace, name
        self._predictor: Predictor | DistilledPredictor
        self._calibration: Calibration | None
        if is_student(workspace, name):
            from prle.stages.common.students import labels_of, load_student

            student = load_student(workspace, name)
            self._predictor, self._calibration = labels_of(student), student.calibration
            self._anchors: tuple[int, ...] = ()
        else:
            checkpoint = load(workspace, name)
            self._predictor, self._calibration = checkpoint.predictor(), checkpoint.calibration
            self._anchors = tuple(checkpoint.anchors.tolist())

    @property
    def anchors(self) -> tuple[int, ...]:
        """The training row that each prototype stands on, by its number; a student has none."""
        return self._anchors

    def require(self, level: float | None) -> None:
        """Refuse a level at which this model has no intervals.

        :raises UsageError: where labels are classes.
        :raises WorkspaceError: where the model has no calibration, or one of too few rows for the level.
        """
        if level is not None:
            self._half_widths(level)

    def report(
        self,
        shown: Sequence[tuple[str, ...]],
        vectors: Sentences,
        *,
        level: float | None = None,
        split: SplitName | None = None,
        first: int = 0,
    ) -> PredictReport | ClassPredictReport:
        """Predict rows of vectors (N, S, H), and lay out what came of it, beside the labels of a split.

        :param level: how often intervals should hold; None gives none. Errors are those of :meth:`require`.
        :param first: which row of the split the first of them is.
        """
        target, opened = self._predictor.target, self._workspace
        intervals = self._intervals(vectors, level)
        predicted = self._predictor.predict(vectors)
        if isinstance(target, ClassTarget):
            return self._classes(target, shown, predicted, split, first)
        labels = None if split is None else opened.labels(split)[first:]
        return PredictReport(
            model=self._name,
            fields=opened.manifest.names,
            label=opened.manifest.label,
            split=split,
            predictions=tuple(
                Prediction(
                    texts=shown[row],
                    prediction=value,
                    row=None if labels is None else first + row,
                    label=None if labels is None else float(labels[row]),
                    interval=None if intervals is None else (value - intervals[row], value + intervals[row]),
                )
                for row, value in enumerate(predicted.tolist())
            ),
            level=level,
            table=bool(opened.manifest.columns),
        )

    def _intervals(self, vectors: Sentences, level: float | None) -> list[float] | None:
        """Return half the width of the interval of every prediction; None where no level was asked for."""
        if level is None:
            return None
        regimes = self._predictor.regimes(vectors) if isinstance(self._predictor, Predictor) else 0
        widths: list[float] = np.broadcast_to(self._half_widths(level)[regimes], len(vectors)).tolist()
        return widths

    def _half_widths(self, level: float) -> NDArray[np.float64]:
        return _half_widths(self._predictor.target, self._calibration, self._workspace, self._name, level)

    def _classes(
        self,
        target: ClassTarget,
        shown: Sequence[tuple[str, ...]],
        predicted: NDArray[np.float64],
        split: SplitName | None,
        first: int,
    ) -> ClassPredictReport:
        """Lay out class probabilities (N, T)."""
        opened = self._workspace
        labels = None if split is None else opened.labels(split)[first:].astype(np.int64)
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
                    row=None if labels is None else first + row,
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
