"""Compare over several data sets in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.bench.suites.plan import Plan, read_plan
    from prle.stages.bench.suites.stage import run_suite

__all__ = ["Plan", "read_plan", "run_suite"]

__getattr__ = when_asked(
    __name__,
    {
        "Plan": "prle.stages.bench.suites.plan",
        "read_plan": "prle.stages.bench.suites.plan",
        "run_suite": "prle.stages.bench.suites.stage",
    },
)
