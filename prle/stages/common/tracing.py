"""A stored model whose predictions can be traced to its training labels, or the reason why one cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.errors import WorkspaceError
from prle.explanation import Influence
from prle.models.labels.checkpoint import evidence_bytes, evidence_of
from prle.models.labels.regressions import traceable
from prle.models.labels.training.rows import Rows
from prle.stages.common.memory import SHARE, machine_memory, vectors_in
from prle.stages.explain.parts import Refusal

if TYPE_CHECKING:
    from prle.models.labels.checkpoint import Checkpoint
    from prle.workspace import Workspace


def influence_of(workspace: Workspace, name: str, checkpoint: Checkpoint) -> Influence | None:  # noqa: ARG001
    """Return the experts as regressions on the training rows.

    None where they are none, or where what they were solved on is more than memory should hold.
    """
    labels = checkpoint.taught(workspace.labels("train"))
    if not traceable(checkpoint.members) or _too_much(checkpoint, len(labels)):
        return None
    rows = Rows(sentences=vectors_in(workspace, "train", None), labels=labels)
    return Influence(evidence_of(checkpoint, rows), labels)


def _too_much(checkpoint: Checkpoint, rows: int) -> bool:
    return evidence_bytes(checkpoint, rows) > machine_memory() // SHARE


def traced(workspace: Workspace, name: str, checkpoint: Checkpoint, purpose: str) -> Influence:
    """Return the same where there has to be one; ``purpose`` is what needs it, for the message.

    :raises WorkspaceError: where the experts are no solutions.
    """
    influence = influence_of(workspace, name, checkpoint)
    if influence is None:
        refusal = untraceable(checkpoint, name, rows=workspace.splits["train"])
        message = f"model {name}: {purpose} needs experts that are solved; {refusal.reason}."
        raise WorkspaceError(message, hint=refusal.hint)
    return influence


def untraceable(checkpoint: Checkpoint, name: str, *, rows: int) -> Refusal:
    """Say why predictions of a model of numbers cannot be traced to its training labels.

    :param rows: N, training rows.
    """
    experts = checkpoint.config.experts
    if traceable(checkpoint.members) and _too_much(checkpoint, rows):
        size = f"{evidence_bytes(checkpoint, rows) / 2**30:.1f} GiB"
        reason = f"{size} of evidence on {rows:,} training rows is more than an eighth of this machine's memory"
        return Refusal(reason=reason, hint=None)
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
