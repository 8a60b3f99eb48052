"""What a workspace and its models are, asked before anything of them is loaded: an answer needs one kind alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.errors import UsageError, WorkspaceError
from prle.workspace.interface import teacher_of

if TYPE_CHECKING:
    from prle.workspace import Workspace


def has_texts(workspace: Workspace) -> bool:
    """Say whether what a workspace predicts are texts."""
    return workspace.manifest.target_encoder is not None


def refuse_texts(workspace: Workspace, what: str) -> None:
    """Refuse a workspace whose labels are texts.

    :raises UsageError: naming ``what`` cannot be done with it.
    """
    if has_texts(workspace):
        message = f"{what}: expected labels that are numbers or classes; those of {workspace.path.name} are texts."
        raise UsageError(message, hint="prle fit, predict, explain, bench and info know texts")


def is_student(workspace: Workspace, name: str) -> bool:
    """Say whether `prle distill` made a model; one that there is not is none.

    :raises WorkspaceError: where it is damaged.
    """
    return name in workspace.model_names and teacher_of(workspace.summary(name)) is not None


def teacher_for(workspace: Workspace, name: str) -> str:
    """Return the teacher of a student; the name itself where it is none.

    :raises WorkspaceError: where the teacher is not there any more, or is another model by now.
    """
    if not is_student(workspace, name):
        return name
    student = workspace.summary(name)["student"]
    teacher = str(student.get("teacher", ""))
    if teacher not in workspace.model_names or workspace.seal(teacher) != student.get("seal"):
        message = f"model {name}: its teacher {teacher} was changed or removed since it was distilled."
        raise WorkspaceError(message, hint=f"run `prle distill --name {teacher}` again")
    return teacher
