"""Teach a small model to say what a fitted one says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.distill.interface import DistillRequest
    from prle.stages.distill.stage import distill

__all__ = ["DistillRequest", "distill"]

__getattr__ = when_asked(
    __name__, {"DistillRequest": "prle.stages.distill.interface", "distill": "prle.stages.distill.stage"}
)
