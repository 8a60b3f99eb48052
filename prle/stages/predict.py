"""Predict texts or rows of a table, or a split of the workspace."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from prle.checkpoint import restore
from prle.data.interface import SPLITS, SplitName
from prle.errors import WorkspaceError, unknown_name
from prle.observer import SILENT, Observer
from prle.stages.interface import Prediction, PredictReport
from prle.stages.query import TextVectors, as_asked, as_shown
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.checkpoint import Checkpoint
    from prle.workspace import Workspace

    Predicted = list[tuple[float, tuple[float, float] | None]]
    """Predictions, each with its interval where there is one."""


@contextmanager
def predicting(
    workspace: Path,
    *,
    name: str = "default",
    level: float | None = None,
    remember: bool = True,
    observer: Observer = SILENT,
) -> Iterator[Callable[[Sequence[tuple[str, ...]]], PredictReport]]:
    """Give a function that predicts rows, one prediction a row, in label units; it loads everything once.

    Rows are texts; those of a table are as :func:`prle.stages.query.read_inputs` gives them, or as somebody types them:
    ``NAME=VALUE`` for each column, or one JSON object.

    :param level: how often intervals should hold, between 0 and 1; None gives none.
    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    :raises WorkspaceError: where the model has no calibration, or one of too few rows for the level.
    """
    with open_workspace(workspace) as opened:
        answer = _answering(opened, name, level)
        vectors = TextVectors(opened, remember=remember, observer=observer)

        def predict(rows: Sequence[tuple[str, ...]]) -> PredictReport:
            asked = [as_asked(opened, row, observer=observer) for row in rows]
            predicted = answer(vectors(asked))
            return PredictReport(
                model=name,
                fields=opened.manifest.names,
                label=opened.manifest.label,
                split=None,
                predictions=tuple(
                    Prediction(texts=as_shown(opened, row), prediction=value, interval=interval)
                    for row, (value, interval) in zip(asked, predicted, strict=True)
                ),
                level=level,
                table=bool(opened.manifest.columns),
            )

        yield predict


def predict_texts(
    workspace: Path,
    rows: Sequence[tuple[str, ...]],
    *,
    name: str = "default",
    level: float | None = None,
    remember: bool = True,
    observer: Observer = SILENT,
) -> PredictReport:
    """Predict new rows, one prediction a row, in label units; rows and options are those of :func:`predicting`."""
    with predicting(workspace, name=name, level=level, remember=remember, observer=observer) as predict:
        return predict(rows)


def predict_split(
    workspace: Path, split: str, *, name: str = "default", level: float | None = None, observer: Observer = SILENT
) -> PredictReport:
    """Predict every row of a split, beside its label; ``level`` as for new rows."""
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        predicted = _answering(opened, name, level)(opened.embeddings(which))
        labels = opened.labels(which)
        observer.progress("predicting", len(predicted), len(predicted), "rows")
        return PredictReport(
            model=name,
            fields=opened.manifest.names,
            label=opened.manifest.label,
            split=which,
            predictions=tuple(
                Prediction(
                    texts=opened.row_cells(which, row),
                    prediction=value,
                    row=row,
                    label=float(labels[row]),
                    interval=interval,
                )
                for row, (value, interval) in enumerate(predicted)
            ),
            level=level,
            table=bool(opened.manifest.columns),
        )


def _answering(opened: Workspace, name: str, level: float | None) -> Callable[[NDArray[np.float32]], Predicted]:
    """Load a model; return a function that predicts frozen vectors (N, S, H), with intervals where a level is given."""
    checkpoint = restore(opened.model(name))
    predictor = checkpoint.predictor()
    half = None if level is None else _half_widths(opened, checkpoint, name, level)

    def answer(sentences: NDArray[np.float32]) -> Predicted:
        predicted = predictor.predict(sentences).tolist()
        if half is None:
            return [(value, None) for value in predicted]
        widths = half[predictor.regimes(sentences)].tolist()
        return [(value, (value - width, value + width)) for value, width in zip(predicted, widths, strict=True)]

    return answer


def _half_widths(opened: Workspace, checkpoint: Checkpoint, name: str, level: float) -> NDArray[np.float64]:
    """Return half the width of the intervals of every regime. *Shape:* (P,).

    :raises WorkspaceError: where the model has no calibration, or one of too few rows for the level.
    """
    if checkpoint.calibration is None:
        message = f"model {name} was fitted without a calibration, so it has no intervals."
        raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again")
    half = checkpoint.calibration.half_widths(level)
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
