"""Measure whether explanations do what they claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.audit.interface import AuditRequest
    from prle.stages.audit.stage import audit

__all__ = ["AuditRequest", "audit"]

__getattr__ = when_asked(__name__, {"AuditRequest": "prle.stages.audit.interface", "audit": "prle.stages.audit.stage"})
