"""Students of a workspace, ready to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.errors import WorkspaceError
from prle.models.labels.targets import ClassTarget
from prle.models.students.checkpoint import Place, restore_student

if TYPE_CHECKING:
    from prle.models.students.checkpoint import RestoredStudent
    from prle.workspace import Workspace
    from prle.workspace.interface import StoredModel


def load_student(workspace: Workspace, name: str) -> RestoredStudent:
    """Return a student of an open workspace, which belongs to its rows.

    :raises WorkspaceError: where it is missing, stale, or not what prle writes.
    """
    return fitting_student(workspace, workspace.model(name))


def fitting_student(workspace: Workspace, stored: StoredModel) -> RestoredStudent:
    """Return a student that is stored, or about to be.

    :raises WorkspaceError: where it does not fit the rows.
    """
    manifest = workspace.manifest
    told = manifest.target_encoder.width if manifest.target_encoder else None
    place = Place(
        sentences=len(manifest.fields),
        width=manifest.encoder.width,
        told=told,
        judged=workspace.splits.get("validation", 0),
    )
    restored = restore_student(stored, place)
    names = restored.of_labels.target if restored.labels is not None else None
    if (names.names if isinstance(names, ClassTarget) else ()) != manifest.classes:
        message = f"model {stored.name}: its classes are not those of the workspace."
        raise WorkspaceError(message, hint=f"run `prle distill --as {stored.name}` again")
    return restored
