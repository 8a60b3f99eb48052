"""Predict texts or rows of a table, or a split of the workspace."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prle.observer import SILENT, Observer
from prle.stages.common.kinds import ranking_wanted
from prle.stages.common.memory import vectors_in
from prle.stages.common.query import TextVectors
from prle.stages.common.splits import known_split
from prle.stages.predict.labels import RowPredictor
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prle.stages.predict.interface import (
        AnyPredictReport,
        Predicts,
        TextRequest,
    )
    from prle.workspace import Workspace


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

    It loads everything once. Rows are texts; those of a table are as :func:`prle.stages.common.query.read_inputs`
    gives them, or as somebody types them: ``NAME=VALUE`` for each column, or one JSON object.

    :param level: how often intervals should hold, between 0 and 1; None gives none.
    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    :param texts: what is wanted of rankings, where labels are texts.
    :raises WorkspaceError: where the model has no calibration, or one of too few rows for the level.
    :raises UsageError: for a level where labels are no numbers, or wishes about rankings where they are no texts.
    """
    with open_workspace(workspace) as opened:
        vectors = TextVectors(opened, remember=remember, observer=observer)
        predictor = predictor_of(opened, name, texts, observer=observer)
        predictor.require(level)

        def predict(rows: Sequence[tuple[str, ...]]) -> AnyPredictReport:
            return predictor.report(*vectors.ask(rows), level=level)

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
        shown = [opened.row_cells(which, row) for row in range(opened.splits[which])]
        predictor = predictor_of(opened, name, texts, observer=observer)
        predictor.require(level)
        report = predictor.report(shown, vectors_in(opened, which, None), level=level, split=which)
        observer.progress("predicting", len(shown), len(shown), "rows")
        return report


def predictor_of(
    workspace: Workspace, name: str, wanted: TextRequest | None = None, *, observer: Observer = SILENT
) -> Predicts:
    """Load what predicts: numbers, classes, or rankings of texts.

    :param wanted: what is wanted of rankings, where labels are texts.
    :raises UsageError: for wishes about rankings where there are none.
    """
    ranking = ranking_wanted(workspace, wanted)
    if ranking is not None:
        from prle.stages.predict.texts import TextAnswering

        return TextAnswering(workspace, name, ranking, observer=observer)
    return RowPredictor(workspace, name)
