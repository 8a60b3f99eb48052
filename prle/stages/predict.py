"""Predict texts, or a split of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.checkpoint import restore
from prle.data.interface import SPLITS, SplitName
from prle.errors import WorkspaceError, unknown_name
from prle.observer import SILENT, Observer
from prle.stages.class_interface import ClassPrediction, ClassPredictReport
from prle.stages.explain_class import by_name
from prle.stages.interface import Prediction, PredictReport
from prle.stages.query import embed_rows
from prle.targets import ClassTarget
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.workspace import Workspace


def predict_texts(
    workspace: Path, rows: Sequence[tuple[str, ...]], *, name: str = "default", observer: Observer = SILENT
) -> PredictReport | ClassPredictReport:
    """Predict new rows of texts, one prediction a row: label units, or a class and the probabilities of all."""
    with open_workspace(workspace) as opened:
        predictor = restore(opened.model(name)).predictor()
        predicted = predictor.predict(embed_rows(opened, rows, observer=observer))
        texts = tuple(tuple(row) for row in rows)
        if isinstance(predictor.target, ClassTarget):
            return _class_report(opened, name, predictor.target, texts, predicted)
        return _report(opened, name, texts, predicted)


def predict_split(
    workspace: Path, split: str, *, name: str = "default", observer: Observer = SILENT
) -> PredictReport | ClassPredictReport:
    """Predict every row of a split, beside its label."""
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        predictor = restore(opened.model(name)).predictor()
        predicted = predictor.predict(opened.embeddings(which))
        observer.progress("predicting", len(predicted), len(predicted), "rows")
        texts = tuple(opened.row_texts(which, row) for row in range(len(predicted)))
        if isinstance(predictor.target, ClassTarget):
            return _class_report(opened, name, predictor.target, texts, predicted, which)
        return _report(opened, name, texts, predicted, which)


def _report(
    opened: Workspace,
    name: str,
    texts: Sequence[tuple[str, ...]],
    predicted: NDArray[np.float64],
    split: SplitName | None = None,
) -> PredictReport:
    """Lay out numbers (N,), beside their labels where they are of a split."""
    labels = None if split is None else opened.labels(split)
    return PredictReport(
        model=name,
        fields=opened.manifest.fields,
        label=opened.manifest.label,
        split=split,
        predictions=tuple(
            Prediction(
                texts=texts[row],
                prediction=float(value),
                row=None if labels is None else row,
                label=None if labels is None else float(labels[row]),
            )
            for row, value in enumerate(predicted)
        ),
    )


def _class_report(
    opened: Workspace,
    name: str,
    target: ClassTarget,
    texts: Sequence[tuple[str, ...]],
    predicted: NDArray[np.float64],
    split: SplitName | None = None,
) -> ClassPredictReport:
    """Lay out class probabilities (N, T), beside their labels where they are of a split."""
    labels = None if split is None else opened.labels(split).astype(np.int64)
    return ClassPredictReport(
        model=name,
        fields=opened.manifest.fields,
        label=opened.manifest.label,
        split=split,
        classes=target.names,
        predictions=tuple(
            ClassPrediction(
                texts=texts[row],
                prediction=target.names[int(shares.argmax())],
                probability=float(shares.max()),
                probabilities=by_name(target, shares),
                row=None if labels is None else row,
                label=None if labels is None else target.names[labels[row]],
            )
            for row, shares in enumerate(predicted)
        ),
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
