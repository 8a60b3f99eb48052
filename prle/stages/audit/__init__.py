"""Measure whether explanations do what they claim, and which labels a model does not believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.audit.interface import AuditRequest, LabelsRequest
    from prle.stages.audit.stage import audit, audit_labels

__all__ = ["AuditRequest", "LabelsRequest", "audit", "audit_labels"]

__getattr__ = when_asked(
    __name__,
    {
        "AuditRequest": "prle.stages.audit.interface",
        "LabelsRequest": "prle.stages.audit.interface",
        "audit": "prle.stages.audit.stage",
        "audit_labels": "prle.stages.audit.stage",
    },
)
