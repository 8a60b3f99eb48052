"""Write a model as a file that runs without prle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.export.stage import export

__all__ = ["export"]

__getattr__ = when_asked(__name__, {"export": "prle.stages.export.stage"})
