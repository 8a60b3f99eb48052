"""The journal of a model: what was done to it since it was fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prle.errors import WorkspaceError
from prle.stages.edit.interface import Edit, EditLogReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.workspace import Workspace


def log(opened: Workspace, name: str) -> EditLogReport:
    """List every edit, oldest first.

    :raises WorkspaceError: where the model is missing, or an entry cannot be read.
    """
    labels = opened.labels("train")
    return EditLogReport(
        model=name,
        fields=opened.manifest.names,
        table=bool(opened.manifest.columns),
        label_name=opened.manifest.label,
        label_range=(float(labels.min()), float(labels.max())),
        edits=tuple(entry(opened, name, number, each) for number, each in enumerate(opened.edits(name), start=1)),
    )


def entry(opened: Workspace, name: str, number: int, record: Mapping[str, Any]) -> Edit:
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
