"""Set models beside ordinary methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.bench.interface import BenchRequest
    from prle.stages.bench.stage import bench

__all__ = ["BenchRequest", "bench"]

__getattr__ = when_asked(__name__, {"BenchRequest": "prle.stages.bench.interface", "bench": "prle.stages.bench.stage"})
