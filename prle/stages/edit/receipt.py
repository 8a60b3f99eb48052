"""What an edit did: which predictions moved, and what became of the error and the intervals."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.metrics.numbers import pearson, rmse
from prle.stages.common.judging import rows_of
from prle.stages.edit.interface import Around, EditReport, Moved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.training.rows import Rows
    from prle.stages.edit.interface import Edit
    from prle.workspace import Workspace

LEVEL: Final = 0.9
"""Of the intervals that a receipt compares."""

LISTED: Final = 5
"""Predictions that a receipt lists, those that moved farthest."""

NOTICEABLE: Final = 0.01
"""From this share of the label deviation on, a prediction has moved."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A model before and after an edit, and what each predicts for the validation rows (V,)."""

    before: Checkpoint
    after: Checkpoint
    validation: Rows
    predicted: NDArray[np.float64]
    then: NDArray[np.float64]


def effect_of(opened: Workspace, before: Checkpoint, after: Checkpoint) -> Effect:
    """Predict the validation rows with both."""
    validation = rows_of(opened, "validation", "editing")
    predicted, then = (each.predictor().predict(validation.sentences) for each in (before, after))
    return Effect(before=before, after=after, validation=validation, predicted=predicted, then=then)


def receipt(
    opened: Workspace, name: str, effect: Effect, edit: Edit, *, left: int, undone: bool, begun: float
) -> EditReport:
    """Say which predictions moved, and what became of the error and the intervals."""
    train, truth = opened.labels("train"), effect.validation.labels
    moves = np.abs(effect.then - effect.predicted)
    noticeable = NOTICEABLE * effect.after.target.unit
    farthest = [row for row in np.argsort(-moves, kind="stable")[:LISTED].tolist() if moves[row] >= noticeable]
    own = opened.embeddings("train")[edit.row : edit.row + 1]
    return EditReport(
        model=name,
        fields=opened.manifest.names,
        table=bool(opened.manifest.columns),
        label_name=opened.manifest.label,
        label_range=(float(train.min()), float(train.max())),
        undone=undone,
        edit=edit,
        rows=len(truth),
        noticeable=noticeable,
        moved=int(np.count_nonzero(moves >= noticeable)),
        mean_move=float(moves.mean()),
        moves=tuple(
            Moved(
                row=row,
                texts=opened.row_cells("validation", row),
                label=float(truth[row]),
                before=float(effect.predicted[row]),
                after=float(effect.then[row]),
            )
            for row in farthest
        ),
        own=Around(
            before=float(effect.before.predictor().predict(own)[0]),
            after=float(effect.after.predictor().predict(own)[0]),
        ),
        validation_rmse=Around(before=rmse(truth, effect.predicted), after=rmse(truth, effect.then)),
        validation_pearson=Around(before=pearson(truth, effect.predicted), after=pearson(truth, effect.then)),
        level=LEVEL,
        half_width=_half_widths(effect),
        prototypes=len(effect.after.anchors),
        edits=left,
        seconds=time.perf_counter() - begun,
    )


def _half_widths(effect: Effect) -> Around | None:
    """Return the mean half width of intervals over validation rows, before and after."""
    means = []
    for checkpoint in (effect.before, effect.after):
        if checkpoint.calibration is None:
            return None
        widths = checkpoint.calibration.half_widths(LEVEL)[checkpoint.calibration.regimes]
        means.append(float(widths.mean()))
    return Around(before=means[0], after=means[1]) if all(map(math.isfinite, means)) else None
