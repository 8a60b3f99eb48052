"""What an edit did: which predictions moved, and what became of the error and the intervals."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.predictor import ROWS_AT_A_TIME
from prle.models.labels.training.rows import blocks_of
from prle.stages.common.judging import MEASURED
from prle.stages.edit.interface import Around, EditReport, Moved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.committee import Answer
    from prle.models.labels.training.rows import Rows
    from prle.stages.edit.interface import Edit
    from prle.stages.edit.labels import Compared, Labels
    from prle.workspace import Workspace

LEVEL: Final = 0.9
"""Of the intervals that a receipt compares."""

LISTED: Final = 5
"""Predictions that a receipt lists, those that moved farthest."""

NOTICEABLE: Final = 0.01
"""From this share of the label deviation on, or of a probability of one, a prediction has moved."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a model says of V rows.

    :param predicted: label units or probabilities. *Shape:* (V,) or (V, T)
    :param weights: *Shape:* (V, P)
    """

    predicted: NDArray[np.float64]
    weights: NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A model before and after an edit, and what each says of the validation rows."""

    labels: Labels
    before: Checkpoint
    after: Checkpoint
    validation: Rows
    said: Said
    then: Said

    @cached_property
    def compared(self) -> Compared:
        """What of the predictions is compared."""
        return self.labels.compared(self.said.predicted, self.then.predicted)

    @cached_property
    def moves(self) -> NDArray[np.float64]:
        """How far each prediction has moved. *Shape:* (V,)."""
        return np.abs(self.compared.after - self.compared.before)

    def figures(self) -> dict[str, tuple[float, float]]:
        """Return the figures of the target that people look at, before and after, by name."""
        target, truth = self.after.target, self.validation.labels
        before, after = (target.watched(truth, each.predicted) for each in (self.said, self.then))
        return {f"{MEASURED}{name}": (before[name], after[name]) for name in before}


def ask(checkpoint: Checkpoint, sentences: Sentences) -> Said:
    """Ask a model for predictions and for who speaks, in one pass. *Shape:* (V, S, H)."""
    predictor = checkpoint.predictor()
    return _said(checkpoint, [predictor.answer(block) for block in blocks_of(sentences, ROWS_AT_A_TIME)])


def ask_about(checkpoint: Checkpoint, validation: Rows) -> Said:
    """Ask for the validation rows: by who is known to vote on them, else by placing them anew."""
    ballot = checkpoint.ballot
    if ballot is None or ballot.poll is None or len(ballot.poll.rows) != len(validation.labels):
        return ask(checkpoint, validation.sentences)
    predictor = ballot.predictor(checkpoint.config, checkpoint.target)
    return _said(checkpoint, [predictor.answered(predictor.polled(ballot.poll))])


def _said(checkpoint: Checkpoint, answers: Sequence[Answer]) -> Said:
    target = checkpoint.target
    reported = target.reported(np.concatenate([each.predictions for each in answers]))
    return Said(predicted=np.asarray(reported, np.float64), weights=np.concatenate([each.weights for each in answers]))


def receipt(
    opened: Workspace, name: str, effect: Effect, edit: Edit, *, left: int, undone: bool, begun: float
) -> EditReport:
    """Say which predictions moved, and what became of the error and the intervals."""
    train, moves, noticeable = opened.labels("train"), effect.moves, NOTICEABLE * effect.after.target.unit
    own = opened.embeddings("train")[edit.row : edit.row + 1]
    row = effect.labels.compared(*(ask(each, own).predicted for each in (effect.before, effect.after)))
    return EditReport(
        model=name,
        fields=opened.manifest.names,
        table=bool(opened.manifest.columns),
        label_name=opened.manifest.label,
        label_range=(float(train.min()), float(train.max())),
        classes=opened.manifest.classes,
        undone=undone,
        edit=edit,
        rows=len(moves),
        noticeable=noticeable,
        moved=int(np.count_nonzero(moves >= noticeable)),
        mean_move=float(moves.mean()),
        moves=_farthest(opened, effect, noticeable),
        own=Around(before=float(row.before[0]), after=float(row.after[0])),
        own_class=row.classes[0] if row.classes else None,
        level=LEVEL,
        half_width=_half_widths(effect),
        prototypes=len(effect.after.anchors),
        edits=left,
        seconds=time.perf_counter() - begun,
        **{figure: Around(before=pair[0], after=pair[1]) for figure, pair in effect.figures().items()},
    )


def _farthest(opened: Workspace, effect: Effect, noticeable: float) -> tuple[Moved, ...]:
    """Return the validation rows that have moved farthest, of those that have moved."""
    moves, compared = effect.moves, effect.compared
    farthest = [row for row in np.argsort(-moves, kind="stable")[:LISTED].tolist() if moves[row] >= noticeable]
    return tuple(
        Moved(
            row=row,
            texts=opened.row_cells("validation", row),
            label=effect.labels.shown(float(effect.validation.labels[row])),
            before=float(compared.before[row]),
            after=float(compared.after[row]),
            class_name=compared.classes[row] if compared.classes else None,
        )
        for row in farthest
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
