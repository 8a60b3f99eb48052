"""Edit a stored model: drop a prototype, tell it another label, take that back.

The journal keeps what was there before, so that undoing gives back the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from prle.observer import SILENT, Observer
from prle.stages import can
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from prle.stages.edit.interface import EditLogReport, EditReport


def drop(workspace: Path, prototype: int, *, name: str = "default") -> EditReport:
    """Drop a prototype: the others share its weight as the router says, and all experts are solved again.

    Prototypes after it move up by one number.

    :raises UsageError: for a prototype that the model does not have, or its only one; where labels are no numbers.
    :raises WorkspaceError: where the model is missing, stale or broken, or its experts are no solutions.
    """
    with open_workspace(workspace) as opened, threadpool_limits(1):
        done: EditReport = can.module("edit", can.subject(opened, name)).dropped(opened, prototype, name)
        return done


def relabel(
    workspace: Path, row: int, label: float | str, *, name: str = "default", observer: Observer = SILENT
) -> EditReport:
    """Tell a model another label for a training row, and solve its experts again; the data keep theirs.

    :param label: a number, or one as somebody writes it.
    :raises UsageError: for a row that there is not, or a label that is no number, or the one it has; where labels are
        no numbers.
    :raises WorkspaceError: where the model is missing, stale or broken, or its experts are no solutions.
    """
    with open_workspace(workspace) as opened, threadpool_limits(1):
        kind = can.module("edit", can.subject(opened, name))
        done: EditReport = kind.relabelled(opened, row, label, name, observer=observer)
        return done


def undo(workspace: Path, *, name: str = "default") -> EditReport:
    """Take back the last edit: the model is again what it was, byte by byte.

    :raises UsageError: where the model was never edited, or labels are no numbers.
    :raises WorkspaceError: where it is missing, stale or broken.
    """
    with open_workspace(workspace) as opened, threadpool_limits(1):
        done: EditReport = can.module("edit", can.subject(opened, name)).undone(opened, name)
        return done


def edit_log(workspace: Path, *, name: str = "default") -> EditLogReport:
    """List what was done to a model since it was fitted.

    :raises WorkspaceError: where it is missing.
    :raises UsageError: where labels are texts, or the model is a student.
    """
    with open_workspace(workspace) as opened:
        listed: EditLogReport = can.module("edit log", can.subject(opened, name)).log(opened, name)
        return listed
