"""Audit a stored model: whether what its explanations claim holds, and which labels it does not believe."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prle.observer import SILENT, Observer
from prle.stages import can
from prle.stages.audit.interface import AuditReport, AuditRequest, LabelsRequest
from prle.stages.audit.material import Material
from prle.stages.audit.suspects import suspected
from prle.stages.audit.taking import findings
from prle.stages.audit.verdict import verdict
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from prle.stages.audit.interface import LabelsReport


def audit(workspace: Path, request: AuditRequest | None = None, *, observer: Observer = SILENT) -> AuditReport:
    """Audit a model on validation rows, beside what chance would give; nothing is stored.

    :raises WorkspaceError: where the model is missing, stale or broken, or there are no validation rows.
    :raises UsageError: where labels are texts, or the model is a student.
    """
    from prle.models.labels.training.threads import one_thread

    request = request or AuditRequest()
    begun = time.perf_counter()
    with open_workspace(workspace) as opened, one_thread():
        kind = can.module("audit", can.subject(opened, request.name))
        material = Material(opened, request, observer)
        scale = kind.scale(material.checkpoint)
        found = findings(material, scale)
        return AuditReport(
            model=request.name,
            dataset=opened.manifest.dataset,
            synthetic=opened.manifest.synthetic,
            label_name=opened.manifest.label,
            label_range=scale.range(opened.labels("train")),
            members=len(material.checkpoint.members),
            prototypes=len(material.checkpoint.anchors),
            rows=len(material.train.labels),
            queries=len(material.queries),
            split="validation",
            refits=request.half_fits,
            seeds=request.compared,
            seconds=time.perf_counter() - begun,
            verdict=verdict(found.measures),
            measures=found.measures,
            refused=found.refused,
            target=material.checkpoint.target.name,
            curve=found.curve,
        )


def audit_labels(workspace: Path, request: LabelsRequest | None = None, *, observer: Observer = SILENT) -> LabelsReport:
    """List the training rows whose labels a model believes least; nothing is stored.

    :raises WorkspaceError: where the model is missing, stale or broken.
    :raises UsageError: where labels are texts, the model is a student, or nobody votes in it.
    """
    request = request or LabelsRequest()
    with open_workspace(workspace) as opened:
        kind = can.module("audit --labels", can.subject(opened, request.name))
        return suspected(opened, request, kind.scale, observer=observer)
