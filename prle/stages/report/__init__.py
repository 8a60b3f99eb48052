"""Gather what a page about a model says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.report.interface import ReportRequest
    from prle.stages.report.stage import report

__all__ = ["ReportRequest", "report"]

__getattr__ = when_asked(
    __name__, {"ReportRequest": "prle.stages.report.interface", "report": "prle.stages.report.stage"}
)
