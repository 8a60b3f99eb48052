"""Predict texts or rows of a table, or a split of the workspace."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prle.observer import SILENT, Observer
from prle.stages import can
from prle.stages.common.memory import vectors_in
from prle.stages.common.query import TextVectors
from prle.stages.common.splits import known_split
from prle.stages.predict.interface import USUAL
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prle.stages.predict.interface import AnyPredictReport, PredictRequest, Predicts
    from prle.workspace import Workspace


@contextmanager
def predicting(
    workspace: Path, request: PredictRequest = USUAL, *, observer: Observer = SILENT
) -> Iterator[Callable[[Sequence[tuple[str, ...]]], AnyPredictReport]]:
    """Give a function that predicts rows, one prediction a row: label units, or a class and the probabilities of all.

    It loads everything once. Rows are texts; those of a table are as :func:`prle.stages.common.query.read_inputs`
    gives them, or as somebody types them: ``NAME=VALUE`` for each column, or one JSON object.

    :raises WorkspaceError: where the model has no calibration, or one of too few rows for the level.
    :raises UsageError: for what labels of this kind do not have.
    """
    with open_workspace(workspace) as opened:
        vectors = TextVectors(opened, remember=request.remember, observer=observer)
        predictor = predictor_of(opened, request, observer=observer)

        def predict(rows: Sequence[tuple[str, ...]]) -> AnyPredictReport:
            return predictor.report(*vectors.ask(rows), request)

        yield predict


def predict_texts(
    workspace: Path, rows: Sequence[tuple[str, ...]], request: PredictRequest = USUAL, *, observer: Observer = SILENT
) -> AnyPredictReport:
    """Predict new rows, one prediction a row, as :func:`predicting` does."""
    with predicting(workspace, request, observer=observer) as predict:
        return predict(rows)


def predict_split(
    workspace: Path, split: str, request: PredictRequest = USUAL, *, observer: Observer = SILENT
) -> AnyPredictReport:
    """Predict every row of a split, beside its label."""
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        shown = [opened.row_cells(which, row) for row in range(opened.splits[which])]
        predictor = predictor_of(opened, request, observer=observer)
        report = predictor.report(shown, vectors_in(opened, which, None), request, split=which)
        observer.progress("predicting", len(shown), len(shown), "rows")
        return report


def predictor_of(opened: Workspace, request: PredictRequest, *, observer: Observer = SILENT) -> Predicts:
    """Load what predicts, of whatever kind it is.

    :raises UsageError: for what labels of this kind do not have.
    :raises WorkspaceError: where the model is missing, stale or broken, or has no intervals of the level asked for.
    """
    about = can.subject(opened, request.name)
    can.check("predict", about, request)
    ready: Predicts = can.module("predict", about).predictor(opened, request, observer=observer)
    return ready
