"""Predict classes, with the probabilities of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np

from prle.data.inputs.shards import Added
from prle.models.labels.checkpoint import load
from prle.models.labels.targets.classes import classes_of
from prle.stages.predict.interface import ClassPrediction, ClassPredictReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prle.arrays.shapes import Sentences
    from prle.data.interface import SplitName
    from prle.models.labels.predictor import Answering
    from prle.models.students.checkpoint import RestoredStudent
    from prle.models.students.model import DistilledPredictor
    from prle.observer import Observer
    from prle.stages.predict.interface import PredictRequest
    from prle.workspace import Workspace


def predictor(opened: Workspace, request: PredictRequest, *, observer: Observer) -> ClassPredictor:  # noqa: ARG001
    """Load a model of classes.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    checkpoint = load(opened, request.name)
    return ClassPredictor(opened, request.name, checkpoint.predictor(), tuple(checkpoint.anchors.tolist()))


def taught(
    opened: Workspace,
    request: PredictRequest,
    student: RestoredStudent,
    *,
    observer: Observer,  # noqa: ARG001
) -> ClassPredictor:
    """Return a student of classes, ready to predict.

    :raises WorkspaceError: where it is one of texts.
    """
    return ClassPredictor(opened, request.name, student.of_labels)


@final
class ClassPredictor:
    """What predicts classes for rows of an open workspace.

    :param anchors: the training row of each prototype; a student has none.
    :raises WorkspaceError: where it predicts something else.
    """

    def __init__(
        self,
        workspace: Workspace,
        name: str,
        predictor: Answering | DistilledPredictor,
        anchors: tuple[int, ...] = (),
    ) -> None:
        self._workspace, self._predictor, self._target = workspace, predictor, classes_of(predictor.target, name)
        self.anchors = anchors

    def report(
        self,
        shown: Sequence[tuple[str, ...]],
        vectors: Sentences,
        request: PredictRequest,
        *,
        split: SplitName | None = None,
        first: int = 0,
    ) -> ClassPredictReport:
        """Predict rows, and lay out what came of it (:class:`prle.stages.predict.interface.Predicts`)."""
        names, manifest = self._target.names, self._workspace.manifest
        labels = None if split is None else self._workspace.labels(split)[first:].astype(np.int64)
        return ClassPredictReport(
            model=request.name,
            fields=manifest.names,
            label=manifest.label,
            split=split,
            classes=names,
            predictions=tuple(
                ClassPrediction(
                    texts=shown[row],
                    prediction=names[int(shares.argmax())],
                    probability=float(shares.max()),
                    probabilities=self._target.by_name(shares),
                    row=None if labels is None else first + row,
                    label=None if labels is None else names[labels[row]],
                )
                for row, shares in enumerate(self._predictor.predict(vectors))
            ),
            table=bool(manifest.columns),
        )


def columns(_: PredictRequest) -> tuple[str, ...]:
    """Return the names of what is added to a shard."""
    return ("prediction", "probability", "probabilities")


def added(report: ClassPredictReport) -> dict[str, Added]:
    """Return predictions as the columns that are added to a shard."""
    return {
        "prediction": Added(kind="text", values=[each.prediction for each in report.predictions]),
        "probability": Added(kind="number", values=[each.probability for each in report.predictions]),
        "probabilities": Added(kind="shares", values=[each.probabilities for each in report.predictions]),
    }
