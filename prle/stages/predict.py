"""Predict texts, or a split of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.checkpoint import restore
from prle.data.interface import SPLITS, SplitName
from prle.errors import WorkspaceError, unknown_name
from prle.observer import SILENT, Observer
from prle.stages.interface import Prediction, PredictReport
from prle.stages.query import embed_rows
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.workspace import Workspace


def predict_texts(
    workspace: Path,
    rows: Sequence[tuple[str, ...]],
    *,
    name: str = "default",
    level: float | None = None,
    observer: Observer = SILENT,
) -> PredictReport:
    """Predict new rows of texts, one prediction a row, in label units.

    :param level: how often intervals should hold, between 0 and 1; None gives none.
    """
    with open_workspace(workspace) as opened:
        predicted = _predict(opened, name, embed_rows(opened, rows, observer=observer), level)
        return PredictReport(
            model=name,
            fields=opened.manifest.fields,
            label=opened.manifest.label,
            split=None,
            predictions=tuple(
                Prediction(texts=tuple(row), prediction=value, interval=interval)
                for row, (value, interval) in zip(rows, predicted, strict=True)
            ),
            level=level,
        )


def predict_split(
    workspace: Path, split: str, *, name: str = "default", level: float | None = None, observer: Observer = SILENT
) -> PredictReport:
    """Predict every row of a split, beside its label; ``level`` as for new texts."""
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        predicted = _predict(opened, name, opened.embeddings(which), level)
        labels = opened.labels(which)
        observer.progress("predicting", len(predicted), len(predicted), "rows")
        return PredictReport(
            model=name,
            fields=opened.manifest.fields,
            label=opened.manifest.label,
            split=which,
            predictions=tuple(
                Prediction(
                    texts=opened.row_texts(which, row),
                    prediction=value,
                    row=row,
                    label=float(labels[row]),
                    interval=interval,
                )
                for row, (value, interval) in enumerate(predicted)
            ),
            level=level,
        )


def _predict(
    opened: Workspace, name: str, sentences: NDArray[np.float32], level: float | None
) -> list[tuple[float, tuple[float, float] | None]]:
    """Predict frozen vectors (N, S, H), each with its interval where a level is asked for.

    :raises WorkspaceError: where the model has no calibration, or one of too few rows for the level.
    """
    checkpoint = restore(opened.model(name))
    predictor = checkpoint.predictor()
    predicted = predictor.predict(sentences).tolist()
    if level is None:
        return [(value, None) for value in predicted]
    if checkpoint.calibration is None:
        message = f"model {name} was fitted without a calibration, so it has no intervals."
        raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again")
    half = checkpoint.calibration.half_widths(level)
    if np.isinf(half).any():
        message = f"{opened.path.name} has too few validation rows for intervals of level {level:g}."
        raise WorkspaceError(message, hint="use a lower --level")
    widths = half[predictor.regimes(sentences)].tolist()
    return [(value, (value - width, value + width)) for value, width in zip(predicted, widths, strict=True)]


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
