"""Edit a model of numbers: its experts are solved again in closed form; routing, value space and shared model stay."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from prle.errors import UsageError
from prle.explanation import Influence
from prle.metrics.numbers import rmse
from prle.models.labels.checkpoint import evidence_of, load, store
from prle.stages.common.judging import EVIDENCE_BYTES, judge, rows_of
from prle.stages.common.tracing import traced
from prle.stages.edit.journal import entry
from prle.stages.edit.receipt import effect_of, receipt
from prle.workspace import open_workspace, save_edit, undo_edit
from prle.workspace.clock import timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.model import ModelParameters
    from prle.observer import Observer
    from prle.stages.edit.interface import EditReport
    from prle.stages.edit.receipt import Effect
    from prle.workspace import Workspace


def dropped(opened: Workspace, prototype: int, name: str) -> EditReport:
    """Drop a prototype: the others share its weight as the router says, and all experts are solved again.

    :raises UsageError: for a prototype that the model does not have, or its only one.
    :raises WorkspaceError: where the model is missing, stale or broken, or its experts are no solutions.
    """
    begun = time.perf_counter()
    before, influence = _opened(opened, name)
    count = len(before.anchors)
    if not 0 <= prototype < count or count == 1:
        have = f"from 0 to {count - 1}" if count > 1 else "of a model with more than one"
        message = f"edit drop: expected a prototype {have}, got {prototype}."
        raise UsageError(message, hint="`prle explain --row train:0 --top 99` lists them")
    train, validation = (rows_of(opened, split, "editing") for split in ("train", "validation"))
    left = replace(
        before,
        anchors=np.delete(before.anchors, prototype),
        members=tuple(_without(member, prototype) for member in before.members),
    )
    refitted = Influence(evidence_of(left, train), influence.labels)
    effect = effect_of(opened, before, judge(_solved(left, refitted), validation))
    weights = before.predictor().weights(validation.sentences)
    told = {
        "kind": "drop",
        "row": int(before.anchors[prototype]),
        "prototype": prototype,
        "weight": float(weights[:, prototype].mean()),
    }
    return _committed(opened, name, effect, refitted, told, begun)


def relabelled(opened: Workspace, row: int, wanted: float | str, name: str, *, observer: Observer) -> EditReport:
    """Tell a model another label for a training row, and solve its experts again.

    :raises UsageError: for a row that there is not, or a label that is not finite or the one it has.
    :raises WorkspaceError: where the model is missing, stale or broken, or its experts are no solutions.
    """
    begun = time.perf_counter()
    before, influence = _opened(opened, name)
    source = opened.labels("train")
    if not 0 <= row < len(source):
        message = f"edit relabel: expected a training row from 0 to {len(source) - 1}, got {row}."
        raise UsageError(message)
    old, label = float(influence.labels[row]), _number(wanted)
    if not math.isfinite(label) or label == old:
        message = f"edit relabel: expected a finite label other than {old:g}, got {wanted}."
        raise UsageError(message)
    if not source.min() <= label <= source.max():
        observer.warn(f"{label:g} is outside the training labels, {source.min():g} to {source.max():g}")
    others = {key: value for key, value in before.relabelled.items() if key != row}
    told_labels = others if label == source[row] else {**others, row: label}
    changed = influence.relabelled({row: label})
    validation = rows_of(opened, "validation", "editing")
    after = judge(_solved(replace(before, relabelled=told_labels), changed), validation)
    told = {"kind": "relabel", "row": row, "label": [old, label]}
    return _committed(opened, name, effect_of(opened, before, after), changed, told, begun)


def _number(label: float | str) -> float:
    """Return the number that is meant; NaN where none is."""
    try:
        return float(label)
    except ValueError:
        return math.nan


def undone(opened: Workspace, name: str) -> EditReport:
    """Take back the last edit.

    :raises UsageError: where the model was never edited.
    :raises WorkspaceError: where it is missing, stale or broken.
    """
    begun = time.perf_counter()
    before, records = load(opened, name), opened.edits(name)
    undo_edit(opened.path, name)
    with open_workspace(opened.path) as again:
        effect = effect_of(again, before, load(again, name))
        edit = entry(again, name, len(records), records[-1])
        return receipt(again, name, effect, edit, left=len(records) - 1, undone=True, begun=begun)


def _opened(opened: Workspace, name: str) -> tuple[Checkpoint, Influence]:
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
    opened: Workspace, name: str, effect: Effect, influence: Influence, told: Mapping[str, Any], begun: float
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
    edit = entry(opened, name, number, record)
    return receipt(opened, name, effect, edit, left=number, undone=False, begun=begun)
