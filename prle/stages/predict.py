"""Predict texts or rows of a table, or a split of the workspace."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from prle.checkpoint import restore
from prle.data.interface import SPLITS, SplitName
from prle.errors import WorkspaceError, unknown_name
from prle.observer import SILENT, Observer
from prle.stages.class_interface import ClassPrediction, ClassPredictReport
from prle.stages.explain_class import by_name
from prle.stages.interface import Prediction, PredictReport
from prle.stages.query import TextVectors, as_asked, as_shown
from prle.targets import ClassTarget
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.predictor import Predictor
    from prle.workspace import Workspace


@contextmanager
def predicting(
    workspace: Path, *, name: str = "default", remember: bool = True, observer: Observer = SILENT
) -> Iterator[Callable[[Sequence[tuple[str, ...]]], PredictReport | ClassPredictReport]]:
    """Give a function that predicts rows, one prediction a row: label units, or a class and the probabilities of all.

    It loads everything once. Rows are texts; those of a table are as :func:`prle.stages.query.read_inputs` gives them,
    or as somebody types them: ``NAME=VALUE`` for each column, or one JSON object.

    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    """
    with open_workspace(workspace) as opened:
        predictor = restore(opened.model(name)).predictor()
        vectors = TextVectors(opened, remember=remember, observer=observer)

        def predict(rows: Sequence[tuple[str, ...]]) -> PredictReport | ClassPredictReport:
            asked = [as_asked(opened, row, observer=observer) for row in rows]
            shown = [as_shown(opened, row) for row in asked]
            return _report(opened, name, predictor, shown, vectors(asked))

        yield predict


def predict_texts(
    workspace: Path,
    rows: Sequence[tuple[str, ...]],
    *,
    name: str = "default",
    remember: bool = True,
    observer: Observer = SILENT,
) -> PredictReport | ClassPredictReport:
    """Predict new rows, one prediction a row; rows and ``remember`` as in :func:`predicting`."""
    with predicting(workspace, name=name, remember=remember, observer=observer) as predict:
        return predict(rows)


def predict_split(
    workspace: Path, split: str, *, name: str = "default", observer: Observer = SILENT
) -> PredictReport | ClassPredictReport:
    """Predict every row of a split, beside its label."""
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        predictor = restore(opened.model(name)).predictor()
        shown = [opened.row_cells(which, row) for row in range(opened.splits[which])]
        report = _report(opened, name, predictor, shown, opened.embeddings(which), which)
        observer.progress("predicting", len(shown), len(shown), "rows")
        return report


def _report(
    opened: Workspace,
    name: str,
    predictor: Predictor,
    shown: Sequence[tuple[str, ...]],
    vectors: NDArray[np.float32],
    split: SplitName | None = None,
) -> PredictReport | ClassPredictReport:
    """Predict rows of vectors (N, S, H), and lay out what came of it, beside the labels where they are of a split."""
    predicted = predictor.predict(vectors)
    if isinstance(predictor.target, ClassTarget):
        return _class_report(opened, name, predictor.target, shown, predicted, split)
    labels = None if split is None else opened.labels(split)
    return PredictReport(
        model=name,
        fields=opened.manifest.names,
        label=opened.manifest.label,
        split=split,
        predictions=tuple(
            Prediction(
                texts=shown[row],
                prediction=float(value),
                row=None if labels is None else row,
                label=None if labels is None else float(labels[row]),
            )
            for row, value in enumerate(predicted)
        ),
        table=bool(opened.manifest.columns),
    )


def _class_report(
    opened: Workspace,
    name: str,
    target: ClassTarget,
    shown: Sequence[tuple[str, ...]],
    predicted: NDArray[np.float64],
    split: SplitName | None,
) -> ClassPredictReport:
    """Lay out class probabilities (N, T)."""
    labels = None if split is None else opened.labels(split).astype(np.int64)
    return ClassPredictReport(
        model=name,
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
