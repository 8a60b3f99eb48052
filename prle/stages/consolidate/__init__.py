"""Make a model of fewer prototypes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.consolidate.interface import ConsolidateRequest
    from prle.stages.consolidate.stage import consolidate

__all__ = ["ConsolidateRequest", "consolidate"]

__getattr__ = when_asked(
    __name__,
    {"ConsolidateRequest": "prle.stages.consolidate.interface", "consolidate": "prle.stages.consolidate.stage"},
)
