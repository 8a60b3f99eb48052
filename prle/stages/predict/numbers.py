"""Predict numbers, with intervals where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np

from prle.data.inputs.shards import Added
from prle.errors import WorkspaceError
from prle.models.labels.checkpoint import load
from prle.models.labels.predictor import Answering
from prle.stages.predict.interface import Prediction, PredictReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.data.interface import SplitName
    from prle.models.labels.calibration import Calibration
    from prle.models.students.checkpoint import RestoredStudent
    from prle.models.students.model import DistilledPredictor
    from prle.observer import Observer
    from prle.stages.predict.interface import PredictRequest
    from prle.workspace import Workspace


def predictor(opened: Workspace, request: PredictRequest, *, observer: Observer) -> NumberPredictor:  # noqa: ARG001
    """Load a model of numbers.

    :raises WorkspaceError: where it is missing, stale or broken, or has no intervals of the level asked for.
    """
    checkpoint = load(opened, request.name)
    ready = NumberPredictor(opened, checkpoint.predictor(), checkpoint.calibration, tuple(checkpoint.anchors.tolist()))
    return ready.prepared(request)


def taught(
    opened: Workspace,
    request: PredictRequest,
    student: RestoredStudent,
    *,
    observer: Observer,  # noqa: ARG001
) -> NumberPredictor:
    """Return a student of numbers, ready to predict.

    :raises WorkspaceError: where it is one of texts, or has no intervals of the level asked for.
    """
    return NumberPredictor(opened, student.of_labels, student.calibration).prepared(request)


@final
class NumberPredictor:
    """What predicts numbers for rows of an open workspace.

    :param calibration: what intervals are made of; None where there are none.
    :param anchors: the training row of each prototype; a student has none.
    """

    def __init__(
        self,
        workspace: Workspace,
        predictor: Answering | DistilledPredictor,
        calibration: Calibration | None,
        anchors: tuple[int, ...] = (),
    ) -> None:
        self._workspace, self._predictor, self._calibration = workspace, predictor, calibration
        self.anchors = anchors

    def prepared(self, request: PredictRequest) -> NumberPredictor:
        """Return itself, where it has the intervals that are asked for.

        :raises WorkspaceError: where it has not.
        """
        if request.level is not None:
            self._half_widths(request.name, request.level)
        return self

    def report(
        self,
        shown: Sequence[tuple[str, ...]],
        vectors: Sentences,
        request: PredictRequest,
        *,
        split: SplitName | None = None,
        first: int = 0,
    ) -> PredictReport:
        """Predict rows, and lay out what came of it (:class:`prle.stages.predict.interface.Predicts`)."""
        intervals = self._intervals(vectors, request)
        predicted = self._predictor.predict(vectors)
        manifest = self._workspace.manifest
        labels = None if split is None else self._workspace.labels(split)[first:]
        return PredictReport(
            model=request.name,
            fields=manifest.names,
            label=manifest.label,
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
            level=request.level,
            table=bool(manifest.columns),
        )

    def _intervals(self, vectors: Sentences, request: PredictRequest) -> list[float] | None:
        """Return half the width of the interval of every prediction; None where no level was asked for."""
        if request.level is None:
            return None
        regimes = self._predictor.regimes(vectors) if isinstance(self._predictor, Answering) else 0
        half = self._half_widths(request.name, request.level)
        widths: list[float] = np.broadcast_to(half[regimes], len(vectors)).tolist()
        return widths

    def _half_widths(self, name: str, level: float) -> NDArray[np.float64]:
        """Return half the width of the intervals of every regime, of which a student has one. *Shape:* (P,).

        :raises WorkspaceError: where the model has no calibration, or one of too few rows for the level.
        """
        if self._calibration is None:
            message = f"model {name} was fitted without a calibration, so it has no intervals."
            raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again")
        half = self._calibration.half_widths(level)
        if np.isinf(half).any():
            message = f"{self._workspace.path.name} has too few validation rows for intervals of level {level:g}."
            raise WorkspaceError(message, hint="use a lower --level")
        return half


def columns(request: PredictRequest) -> tuple[str, ...]:
    """Return the names of what is added to a shard."""
    return ("prediction", "lower", "upper") if request.level is not None else ("prediction",)


def added(report: PredictReport) -> dict[str, Added]:
    """Return predictions as the columns that are added to a shard."""
    found = {"prediction": Added(kind="number", values=[each.prediction for each in report.predictions])}
    if report.level is not None:
        bounds = [each.interval or (None, None) for each in report.predictions]
        found["lower"] = Added(kind="number", values=[lower for lower, _ in bounds])
        found["upper"] = Added(kind="number", values=[upper for _, upper in bounds])
    return found
