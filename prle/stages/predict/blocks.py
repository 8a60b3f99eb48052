"""Predict more rows than memory holds: a block of them at a time, from a file or from a split of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.observer import SILENT, Observer
from prle.stages.common.memory import vectors_in
from prle.stages.common.query import input_blocks
from prle.stages.common.splits import known_split
from prle.stages.predict.interface import USUAL
from prle.stages.predict.stage import predicting, predictor_of
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prle.stages.predict.interface import AnyPredictReport, PredictRequest

BLOCK: Final = 1 << 14
"""Rows that are predicted before the next ones are read."""


def predict_file(
    workspace: Path,
    file: Path,
    request: PredictRequest = USUAL,
    *,
    size: int = BLOCK,
    observer: Observer = SILENT,
) -> Iterator[AnyPredictReport]:
    """Yield the predictions of a file ``size`` rows at a time, in order; of a file without rows a report of none.

    The file is read twice: nothing is predicted before every row of it is known to be one. Errors are those of
    :func:`prle.stages.predict.stage.predicting`.
    """
    total = sum(len(block) for block in input_blocks(workspace, file, size=size, observer=observer))
    done = 0
    with predicting(workspace, request, observer=observer) as predict:
        for block in input_blocks(workspace, file, size=size):
            yield predict(block)
            done += len(block)
            observer.progress("predicting", done, total, "rows")


def predict_rows(
    workspace: Path,
    split: str,
    request: PredictRequest = USUAL,
    *,
    size: int = BLOCK,
    observer: Observer = SILENT,
) -> Iterator[AnyPredictReport]:
    """Yield the predictions of a split ``size`` rows at a time, in order."""
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        predictor = predictor_of(opened, request, observer=observer)
        vectors, total = vectors_in(opened, which, None), opened.splits[which]
        for first in range(0, total, size):
            rows = range(first, min(first + size, total))
            shown = [opened.row_cells(which, row) for row in rows]
            yield predictor.report(shown, vectors[first : rows.stop], request, split=which, first=first)
            observer.progress("predicting", rows.stop, total, "rows")
