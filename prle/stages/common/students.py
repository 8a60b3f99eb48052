"""Students of a workspace, ready to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.errors import WorkspaceError
from prle.models.labels.targets import ClassTarget
from prle.models.students.checkpoint import Place, restore_student

if TYPE_CHECKING:
    from prle.models.students.checkpoint import RestoredStudent
    from prle.models.students.model import DistilledPredictor
    from prle.models.texts.model import Answers
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
    names = labels_of(restored).target if restored.labels is not None else None
    if (names.names if isinstance(names, ClassTarget) else ()) != manifest.classes:
        message = f"model {stored.name}: its classes are not those of the workspace."
        raise WorkspaceError(message, hint=f"run `prle distill --as {stored.name}` again")
    return restored


def labels_of(restored: RestoredStudent) -> DistilledPredictor:
    """Return a student of numbers or classes.

    :raises WorkspaceError: where it is one of texts.
    """
    if restored.labels is None:
        message = "a student: expected one of numbers or classes, got one of texts."
        raise WorkspaceError(message, hint="run `prle distill` again")
    return restored.labels


def answers_of(restored: RestoredStudent) -> Answers:
    """Return a student of texts.

    :raises WorkspaceError: where it is one of numbers or classes.
    """
    if restored.answers is None:
        message = "a student: expected one of texts, got one of numbers or classes."
        raise WorkspaceError(message, hint="run `prle distill` again")
    return restored.answers
