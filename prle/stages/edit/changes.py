"""Change who votes in a stored model, or what a row is told to say: its place and everything learned stay."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar, final

import numpy as np

from prle.errors import UsageError
from prle.metrics.promise import Promise
from prle.models.labels.checkpoint import load, store
from prle.models.labels.votes.refiling import without_prototype
from prle.stages.common.judging import MEASURED, judged, rows_of
from prle.stages.edit.journal import entry
from prle.stages.edit.receipt import Effect, ask_about, receipt
from prle.workspace import open_workspace, save_edit, undo_edit
from prle.workspace.clock import timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.votes.ballot import Ballot
    from prle.observer import Observer
    from prle.stages.edit.interface import EditReport
    from prle.stages.edit.labels import Labels
    from prle.workspace import Workspace
    from prle.workspace.interface import StoredModel

T = TypeVar("T")

PURPOSE: Final = "editing"

OVERTAKEN: Final[Mapping[str, frozenset[str]]] = {
    "relabel": frozenset({"carried", "anchored", "told", "content_score_only"}),
    "drop": frozenset({*(each.name for each in fields(Promise)), "index_recall"}),
}
"""Figures of a fit that an edit may have changed, and that take longer than the edit to be taken again."""


@final
@dataclass(frozen=True, kw_only=True)
class Changing:
    """A stored model of an open workspace that is about to be changed.

    :param begun: when, as ``time.perf_counter`` counts.
    """

    opened: Workspace
    name: str
    labels: Labels
    before: Checkpoint
    begun: float

    def drop(self, prototype: int) -> EditReport:
        """Take a prototype away: its rows are filed under the next nearest; where anchors alone vote, it votes no more.

        :raises UsageError: for a prototype that the model does not have, its only one, or where a router decides.
        """
        before, ballot = self.before, self._ballot()
        count = len(before.anchors)
        if not 0 <= prototype < count or count == 1:
            have = f"from 0 to {count - 1}" if count > 1 else "of a model with more than one"
            message = f"edit drop: expected a prototype {have}, got {prototype}."
            raise UsageError(message, hint="`prle explain --row train:0 --top 99` lists them")
        if ballot.router:
            kind = before.config.router.kind
            message = f"edit drop: expected router softmax, got {kind}, which was fitted to all {count} prototypes."
            raise UsageError(message, hint=f"fit again: `prle fit --name {self.name} --prototypes {count - 1}`")
        stays = before.config.votes.voters == "examples"
        left = without_prototype(ballot, prototype, stays=stays)
        measured = {**before.measured, "index_cells": float(left.probes)}
        told = {
            "kind": "drop",
            "row": int(before.anchors[prototype]),
            "prototype": prototype,
            "refiled": int(np.diff(ballot.voters.starts)[prototype]) if stays else 0,
        }
        return self._judged(replace(before, anchors=left.voters.anchors, ballot=left, measured=measured), told)

    def relabel(self, row: int, wanted: float | str, *, observer: Observer) -> EditReport:
        """Tell a training row another label; it votes with that one, and its weights stay.

        :raises UsageError: for a row that there is not or that does not vote, or a label that is none or the one it
            has.
        """
        before, ballot, source = self.before, self._ballot(), self.opened.labels("train")
        if not 0 <= row < len(source):
            message = f"edit relabel: expected a training row from 0 to {len(source) - 1}, got {row}."
            raise UsageError(message)
        if row not in ballot.voters.rows:
            message = f"edit relabel: expected a row that votes, got {row}; in model {self.name} anchors alone do."
            raise UsageError(message, hint="`prle explain` shows them; `prle fit --voters examples` lets all rows vote")
        label, old = self.labels.told(wanted, source, observer), float(before.taught(source)[row])
        if label == old:
            message = f"edit relabel: expected another label than {self.labels.shown(old)}, which row {row} has."
            raise UsageError(message)
        others = {key: value for key, value in before.relabelled.items() if key != row}
        told = {"kind": "relabel", "row": row, "label": [self.labels.shown(each) for each in (old, label)]}
        return self._judged(
            replace(
                before,
                ballot=replace(ballot, voters=ballot.voters.told({row: label})),
                relabelled=others if label == source[row] else {**others, row: label},
            ),
            told,
        )

    def undo(self) -> EditReport:
        """Take back the last edit.

        :raises UsageError: where the model was never edited.
        """
        records = self.opened.edits(self.name)
        undo_edit(self.opened.path, self.name)
        with open_workspace(self.opened.path) as again:
            effect = self._effect(load(again, self.name))
            edit = entry(again, self.name, len(records), records[-1])
            return receipt(again, self.name, effect, edit, left=len(records) - 1, undone=True, begun=self.begun)

    def _ballot(self) -> Ballot:
        """Return what votes.

        :raises UsageError: where nobody does.
        """
        if self.before.ballot is None:
            message = f"edit: expected a model in which labels vote; in model {self.name} experts speak."
            raise UsageError(message, hint="`prle fit --voters examples` fits the other kind")
        return self.before.ballot

    def _effect(self, after: Checkpoint) -> Effect:
        """Ask both for the validation rows."""
        validation = rows_of(self.opened, "validation", PURPOSE)
        said, then = (ask_about(each, validation) for each in (self.before, after))
        return Effect(labels=self.labels, before=self.before, after=after, validation=validation, said=said, then=then)

    def _judged(self, changed: Checkpoint, told: Mapping[str, Any]) -> EditReport:
        """Judge a changed model, keep it with its journal, and return the receipt."""
        effect = self._effect(changed)
        after = judged(_current(changed, told["kind"]), effect.validation, effect.then.predicted, effect.then.weights)
        effect, opened, name, number = replace(effect, after=after), self.opened, self.name, self._count + 1
        criterion = f"{MEASURED}{after.target.criterion.name}"
        record = {
            **told,
            **({"weight": float(effect.said.weights[:, told["prototype"]].mean())} if "prototype" in told else {}),
            "at": timestamp(),
            criterion: list(effect.figures()[criterion]),
            "largest_move": float(effect.moves.max()),
        }
        save_edit(opened.path, self._stored(after), record=record, seal=opened.seal(name))
        edit = entry(opened, name, number, record)
        return receipt(opened, name, effect, edit, left=number, undone=False, begun=self.begun)

    @property
    def _count(self) -> int:
        return len(self.opened.edits(self.name))

    def _stored(self, after: Checkpoint) -> StoredModel:
        """Return what is kept of the changed model, with all that others have put down beside the one before."""
        was = self.opened.model(self.name)
        known, kept = (store(each, name=self.name, made_from=self.opened.identity) for each in (self.before, after))
        return replace(
            kept,
            config=was.config,
            history=was.history,
            created=was.created,
            summary={**_others(was.summary, known.summary), **kept.summary},
            arrays={**_others(was.arrays, known.arrays), **kept.arrays},
        )


def _others(found: Mapping[str, T], known: Mapping[str, T]) -> dict[str, T]:
    return {name: value for name, value in found.items() if name not in known}


def _current(changed: Checkpoint, kind: str) -> Checkpoint:
    """Return a model without the figures that an edit has overtaken."""
    ballot = changed.ballot
    gone = set(OVERTAKEN[kind])
    if ballot is not None and ballot.differs is None:
        # Labels alone make its predictions, whatever they are.
        gone.discard("carried")
    left = {name: value for name, value in changed.measured.items() if name not in gone}
    return replace(changed, measured=left)
