"""The journal of a model: what was done to it since it was fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prle.errors import WorkspaceError
from prle.stages.edit.interface import Edit, EditLogReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.workspace import Workspace

ERRORS: Final = ("validation_rmse", "validation_log_loss")
"""An entry has one of them, before and after."""


def log(opened: Workspace, name: str) -> EditLogReport:
    """List every edit, oldest first.

    :raises WorkspaceError: where the model is missing, or an entry cannot be read.
    """
    labels = opened.labels("train")
    return EditLogReport(
        model=name,
        fields=opened.manifest.names,
        table=bool(opened.manifest.columns),
        classes=opened.manifest.classes,
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
        return Edit(
            number=number,
            kind=record["kind"],
            at=str(record["at"]),
            row=row,
            texts=opened.row_cells("train", row),
            prototype=record.get("prototype"),
            weight=record.get("weight"),
            refiled=record.get("refiled"),
            label=None if label is None else (_label(label[0]), _label(label[1])),
            largest_move=float(record["largest_move"]),
            **_errors(record),
        )
    except (LookupError, TypeError, ValueError) as broken:
        message = f"{opened.path}: model {name}: edit {number} of its journal cannot be read ({broken})."
        raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again") from None


def _label(found: object) -> float | str:
    return found if isinstance(found, str) else float(found)  # type: ignore[arg-type]


def _errors(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the error before and after by name: of numbers or of classes.

    :raises LookupError: where there is neither.
    """
    found = {name: tuple(map(float, record[name])) for name in ERRORS if name in record}
    if [len(each) for each in found.values()] != [2]:
        message = f"expected {' or '.join(ERRORS)} before and after"
        raise LookupError(message)
    return found
