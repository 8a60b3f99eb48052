"""Edit a stored model: drop a prototype, tell it another label, take that back.

What depends on the change is solved again in closed form; routing, value space and shared model stay. The journal keeps
what was there before, so that undoing gives back the same bytes.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from threadpoolctl import threadpool_limits

from prle.errors import UsageError, WorkspaceError
from prle.explanation import Influence
from prle.metrics.numbers import pearson, rmse
from prle.models.labels.checkpoint import evidence_of, load, store
from prle.observer import SILENT, Observer
from prle.stages.common.judging import EVIDENCE_BYTES, judge, rows_of
from prle.stages.common.kinds import refuse_texts
from prle.stages.common.tracing import traced
from prle.stages.edit.interface import Around, Edit, EditLogReport, EditReport, Moved
from prle.workspace import open_workspace, save_edit, undo_edit
from prle.workspace.clock import timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.model import ModelParameters
    from prle.models.labels.training.rows import Rows
    from prle.workspace import Workspace

LEVEL: Final = 0.9
"""Of the intervals that a receipt compares."""

LISTED: Final = 5
"""Predictions that a receipt lists, those that moved farthest."""

NOTICEABLE: Final = 0.01
"""From this share of the label deviation on, a prediction has moved."""


def drop(workspace: Path, prototype: int, *, name: str = "default") -> EditReport:
    """Drop a prototype: the others share its weight as the router says, and all experts are solved again.

    Prototypes after it move up by one number.

    :raises UsageError: for a prototype that the model does not have, or its only one.
    :raises WorkspaceError: where the model is missing, stale or broken, or its experts are no solutions.
    """
    begun = time.perf_counter()
    with open_workspace(workspace) as opened, threadpool_limits(1):
        before, influence = _opened(opened, name)
        count = len(before.anchors)
        if not 0 <= prototype < count or count == 1:
            have = f"from 0 to {count - 1}" if count > 1 else "of a model with more than one"
            message = f"edit drop: expected a prototype {have}, got {prototype}."
            raise UsageError(message, hint="`prle explain --row train:0 --top 99` lists them")
        train, validation = (rows_of(opened, split, "editing") for split in ("train", "validation"))
        dropped = replace(
            before,
            anchors=np.delete(before.anchors, prototype),
            members=tuple(_without(member, prototype) for member in before.members),
        )
        evidence = evidence_of(dropped, train)
        refitted = Influence(evidence, influence.labels)
        effect = _effect(opened, before, judge(_solved(dropped, refitted), validation))
        weights = before.predictor().weights(validation.sentences)
        told = {
            "kind": "drop",
            "row": int(before.anchors[prototype]),
            "prototype": prototype,
            "weight": float(weights[:, prototype].mean()),
        }
        return _committed(opened, name, effect, refitted, told, begun)


def relabel(
    workspace: Path, row: int, label: float, *, name: str = "default", observer: Observer = SILENT
) -> EditReport:
    """Tell a model another label for a training row, and solve its experts again; the data keep theirs.

    :raises UsageError: for a row that there is not, or a label that is not finite or the one it has.
    :raises WorkspaceError: where the model is missing, stale or broken, or its experts are no solutions.
    """
    begun = time.perf_counter()
    with open_workspace(workspace) as opened, threadpool_limits(1):
        before, influence = _opened(opened, name)
        source = opened.labels("train")
        if not 0 <= row < len(source):
            message = f"edit relabel: expected a training row from 0 to {len(source) - 1}, got {row}."
            raise UsageError(message)
        old = float(influence.labels[row])
        if not math.isfinite(label) or label == old:
            message = f"edit relabel: expected a finite label other than {old:g}, got {label:g}."
            raise UsageError(message)
        if not source.min() <= label <= source.max():
            observer.warn(f"{label:g} is outside the training labels, {source.min():g} to {source.max():g}")
        others = {key: value for key, value in before.relabelled.items() if key != row}
        relabelled = others if label == source[row] else {**others, row: label}
        changed = influence.relabelled({row: label})
        validation = rows_of(opened, "validation", "editing")
        after = judge(_solved(replace(before, relabelled=relabelled), changed), validation)
        told = {"kind": "relabel", "row": row, "label": [old, label]}
        return _committed(opened, name, _effect(opened, before, after), changed, told, begun)


def undo(workspace: Path, *, name: str = "default") -> EditReport:
    """Take back the last edit: the model is again what it was, byte by byte.

    :raises UsageError: where the model was never edited.
    :raises WorkspaceError: where it is missing, stale or broken.
    """
    begun = time.perf_counter()
    with open_workspace(workspace) as opened:
        refuse_texts(opened, "editing")
        before, records = load(opened, name), opened.edits(name)
    undo_edit(workspace, name)
    with open_workspace(workspace) as opened, threadpool_limits(1):
        effect = _effect(opened, before, load(opened, name))
        edit = _edit(opened, name, len(records), records[-1])
        return _receipt(opened, name, effect, edit, left=len(records) - 1, undone=True, begun=begun)


def edit_log(workspace: Path, *, name: str = "default") -> EditLogReport:
    """List what was done to a model since it was fitted.

    :raises WorkspaceError: where it is missing.
    :raises UsageError: where labels are texts.
    """
    with open_workspace(workspace) as opened:
        refuse_texts(opened, "editing")
        labels = opened.labels("train")
        return EditLogReport(
            model=name,
            fields=opened.manifest.names,
            table=bool(opened.manifest.columns),
            label_name=opened.manifest.label,
            label_range=(float(labels.min()), float(labels.max())),
            edits=tuple(_edit(opened, name, number, each) for number, each in enumerate(opened.edits(name), start=1)),
        )


@dataclass(frozen=True, kw_only=True)
class _Effect:
    """A model before and after an edit, and what each predicts for the validation rows (V,)."""

    before: Checkpoint
    after: Checkpoint
    validation: Rows
    predicted: NDArray[np.float64]
    then: NDArray[np.float64]


def _effect(opened: Workspace, before: Checkpoint, after: Checkpoint) -> _Effect:
    validation = rows_of(opened, "validation", "editing")
    predicted, then = (each.predictor().predict(validation.sentences) for each in (before, after))
    return _Effect(before=before, after=after, validation=validation, predicted=predicted, then=then)


def _opened(opened: Workspace, name: str) -> tuple[Checkpoint, Influence]:
    refuse_texts(opened, "editing")
    checkpoint = load(opened, name)
    return checkpoint, traced(opened, name, checkpoint, "editing")


def _without(member: ModelParameters, prototype: int) -> ModelParameters:
    """Take a prototype and its expert out of a member's parameters."""
    experts = member["experts"]
    own = {each: np.delete(experts[each], prototype, axis=0) for each in ("own_weight", "own_bias")}
    vectors = np.delete(member["prototypes"]["vectors"], prototype, axis=0)
    return {**member, "prototypes": {"vectors": vectors}, "experts": {**experts, **own}}


def _solved(checkpoint: Checkpoint, influence: Influence) -> Checkpoint:
    """Give every expert the solution of its regression."""
    members = []
    for member, solution in zip(checkpoint.members, influence.solutions, strict=True):
        own = (solution / checkpoint.target.unit).astype(np.float32)
        parts = {"own_weight": own[:, None, :-1], "own_bias": own[:, -1:]}
        members.append({**member, "experts": {**member["experts"], **parts}})
    return replace(checkpoint, members=tuple(members))


def _committed(
    opened: Workspace, name: str, effect: _Effect, influence: Influence, told: Mapping[str, Any], begun: float
) -> EditReport:
    """Keep an edited model with its journal, and return the receipt."""
    stored, number = opened.model(name), len(opened.edits(name)) + 1
    truth = effect.validation.labels
    record = {
        **told,
        "at": timestamp(),
        "validation_rmse": [rmse(truth, effect.predicted), rmse(truth, effect.then)],
        "largest_move": float(np.abs(effect.then - effect.predicted).max()),
    }
    small = sum(member.size_bytes for member in influence.members) <= EVIDENCE_BYTES
    edited = store(effect.after, name=name, made_from=opened.identity, evidence=influence.members if small else ())
    kept = replace(edited, config=stored.config, history=stored.history, created=stored.created)
    save_edit(opened.path, kept, record=record, seal=opened.seal(name))
    edit = _edit(opened, name, number, record)
    return _receipt(opened, name, effect, edit, left=number, undone=False, begun=begun)


def _edit(opened: Workspace, name: str, number: int, record: Mapping[str, Any]) -> Edit:
    """Read one entry of the journal.

    :raises WorkspaceError: where a field is missing or of another kind.
    """
    try:
        row, label = int(record["row"]), record.get("label")
        before, after = record["validation_rmse"]
        return Edit(
            number=number,
            kind=record["kind"],
            at=str(record["at"]),
            row=row,
            texts=opened.row_cells("train", row),
            prototype=record.get("prototype"),
            weight=record.get("weight"),
            label=None if label is None else (float(label[0]), float(label[1])),
            validation_rmse=(float(before), float(after)),
            largest_move=float(record["largest_move"]),
        )
    except (KeyError, TypeError, ValueError, IndexError) as broken:
        message = f"{opened.path}: model {name}: edit {number} of its journal cannot be read ({broken})."
        raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again") from None


def _receipt(
    opened: Workspace, name: str, effect: _Effect, edit: Edit, *, left: int, undone: bool, begun: float
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


def _half_widths(effect: _Effect) -> Around | None:
    """Return the mean half width of intervals over validation rows, before and after."""
    means = []
    for checkpoint in (effect.before, effect.after):
        if checkpoint.calibration is None:
            return None
        widths = checkpoint.calibration.half_widths(LEVEL)[checkpoint.calibration.regimes]
        means.append(float(widths.mean()))
    return Around(before=means[0], after=means[1]) if all(map(math.isfinite, means)) else None
