"""Edit a stored model: drop a prototype, tell it another label, take that back.

The journal keeps what was there before, so that undoing gives back the same bytes.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from prle.models.labels.checkpoint import load
from prle.observer import SILENT, Observer
from prle.stages import can
from prle.stages.edit.changes import Changing
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prle.stages.edit.interface import EditLogReport, EditReport


def drop(workspace: Path, prototype: int, *, name: str = "default") -> EditReport:
    """Drop a prototype: its examples are filed under the next nearest and vote on, so that predictions stay.

    Where anchors alone vote, this one does no more. Prototypes after it move up by one number.

    :raises UsageError: for a prototype that the model does not have, its only one, or where a router decides about
        them; where labels are texts, or do not vote.
    :raises WorkspaceError: where the model is missing, stale or broken.
    """
    with _changing(workspace, name) as changing:
        return changing.drop(prototype)


def relabel(
    workspace: Path, row: int, label: float | str, *, name: str = "default", observer: Observer = SILENT
) -> EditReport:
    """Tell a model another label for a training row, which votes with it; the data keep theirs.

    :param label: a number, or one as somebody writes it; the name of a class.
    :raises UsageError: for a row that there is not or that does not vote, or a label that is none, or the one it has;
        where labels are texts, or do not vote.
    :raises WorkspaceError: where the model is missing, stale or broken.
    """
    with _changing(workspace, name) as changing:
        return changing.relabel(row, label, observer=observer)


def undo(workspace: Path, *, name: str = "default") -> EditReport:
    """Take back the last edit: the model is again what it was, byte by byte.

    :raises UsageError: where the model was never edited, or labels are texts.
    :raises WorkspaceError: where it is missing, stale or broken.
    """
    with _changing(workspace, name) as changing:
        return changing.undo()


def edit_log(workspace: Path, *, name: str = "default") -> EditLogReport:
    """List what was done to a model since it was fitted.

    :raises WorkspaceError: where it is missing.
    :raises UsageError: where labels are texts, or the model is a student.
    """
    with open_workspace(workspace) as opened:
        listed: EditLogReport = can.module("edit log", can.subject(opened, name)).log(opened, name)
        return listed


@contextmanager
def _changing(workspace: Path, name: str) -> Iterator[Changing]:
    begun = time.perf_counter()
    with open_workspace(workspace) as opened, threadpool_limits(1):
        kind = can.module("edit", can.subject(opened, name))
        before = load(opened, name)
        yield Changing(opened=opened, name=name, labels=kind.labels_of(before, name), before=before, begun=begun)
