"""Predict texts or rows of a table, or a split of the workspace."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

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

    from prle.workspace import Workspace


@contextmanager
def predicting(
    workspace: Path, *, name: str = "default", remember: bool = True, observer: Observer = SILENT
) -> Iterator[Callable[[Sequence[tuple[str, ...]]], PredictReport]]:
    """Give a function that predicts rows, one prediction a row, in label units; it loads everything once.

    Rows are texts; those of a table are as :func:`prle.stages.query.read_inputs` gives them, or as somebody types them:
    ``NAME=VALUE`` for each column, or one JSON object.

    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    """
    with open_workspace(workspace) as opened:
        predictor = restore(opened.model(name)).predictor()
        vectors = TextVectors(opened, remember=remember, observer=observer)

        def predict(rows: Sequence[tuple[str, ...]]) -> PredictReport:
            asked = [as_asked(opened, row, observer=observer) for row in rows]
            predicted = predictor.predict(vectors(asked))
            return PredictReport(
                model=name,
                fields=opened.manifest.names,
                label=opened.manifest.label,
                split=None,
                predictions=tuple(
                    Prediction(texts=as_shown(opened, row), prediction=float(value))
                    for row, value in zip(asked, predicted, strict=True)
                ),
                table=bool(opened.manifest.columns),
            )

        yield predict


def predict_texts(
    workspace: Path,
    rows: Sequence[tuple[str, ...]],
    *,
    name: str = "default",
    remember: bool = True,
    observer: Observer = SILENT,
) -> PredictReport:
    """Predict new rows, one prediction a row, in label units; rows and ``remember`` as in :func:`predicting`."""
    with predicting(workspace, name=name, remember=remember, observer=observer) as predict:
        return predict(rows)


def predict_split(workspace: Path, split: str, *, name: str = "default", observer: Observer = SILENT) -> PredictReport:
    """Predict every row of a split, beside its label."""
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        predictor = restore(opened.model(name)).predictor()
        predicted = predictor.predict(opened.embeddings(which))
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
                    prediction=float(predicted[row]),
                    row=row,
                    label=float(labels[row]),
                )
                for row in range(len(predicted))
            ),
            table=bool(opened.manifest.columns),
        )


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
