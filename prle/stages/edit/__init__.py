"""Change who votes in a fitted model, or what a row says, and take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.edit.stage import drop, edit_log, relabel, undo

__all__ = ["drop", "edit_log", "relabel", "undo"]

__getattr__ = when_asked(
    __name__,
    {
        "drop": "prle.stages.edit.stage",
        "edit_log": "prle.stages.edit.stage",
        "relabel": "prle.stages.edit.stage",
        "undo": "prle.stages.edit.stage",
    },
)
