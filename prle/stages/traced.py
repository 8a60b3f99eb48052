"""A stored model whose predictions can be traced to its training labels, or the reason why one cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.checkpoint import evidence_of, restore_evidence
from prle.errors import WorkspaceError
from prle.explanation import Influence, traceable
from prle.stages.explained import Refusal
from prle.targets import ClassTarget
from prle.training.rows import Rows

if TYPE_CHECKING:
    from prle.checkpoint import Checkpoint
    from prle.workspace import Workspace


def influence_of(workspace: Workspace, name: str, checkpoint: Checkpoint) -> Influence | None:
    """Return the experts as regressions on the training rows, as kept or placed anew; None where they are none."""
    if not traceable(checkpoint.members):
        return None
    labels = checkpoint.taught(workspace.labels("train"))
    kept = restore_evidence(workspace.evidence(name), checkpoint, name=name, rows=len(labels))
    if not kept:
        kept = evidence_of(checkpoint, Rows(sentences=workspace.embeddings("train"), labels=labels))
    return Influence(kept, labels)


def traced(workspace: Workspace, name: str, checkpoint: Checkpoint, purpose: str) -> Influence:
    """Return the same where there has to be one; ``purpose`` is what needs it, for the message.

    :raises WorkspaceError: where the experts are no solutions.
    """
    influence = influence_of(workspace, name, checkpoint)
    if influence is None:
        refusal = untraceable(checkpoint, name)
        message = f"model {name}: {purpose} needs experts that are solved; {refusal.reason}."
        raise WorkspaceError(message, hint=refusal.hint)
    return influence


def untraceable(checkpoint: Checkpoint, name: str) -> Refusal:
    """Say why predictions of a model are not linear in the training labels."""
    experts = checkpoint.config.experts
    if isinstance(checkpoint.target, ClassTarget):
        return Refusal(reason="predictions of classes are not linear in the training labels", hint=None)
    if experts.solver == "ridge" and checkpoint.measured.get("pruned"):
        return Refusal(reason="prototypes were removed after the experts had been solved", hint=None)
    if experts.solver == "ridge" and checkpoint.measured.get("merged"):
        return Refusal(reason="prototypes were put together after the experts had been solved", hint=None)
    if experts.solver == "ridge":
        reason = "solving the experts did not help on validation rows, so they say what the shared model says"
        return Refusal(reason=reason, hint=None)
    reason = f"{experts.kind} experts fitted by gradient are not linear in the training labels"
    return Refusal(reason=reason, hint=f"{solved_fit(name)} gives it")


def solved_fit(name: str) -> str:
    """Return the command that fits experts which are solutions."""
    return f"`prle fit --name {name} --experts linear --experts-solver ridge`"
