"""Say what is in a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.info.stage import info

__all__ = ["info"]

__getattr__ = when_asked(__name__, {"info": "prle.stages.info.stage"})
