"""Say what a fit would use, and where each value comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.config.stage import settings

__all__ = ["settings"]

__getattr__ = when_asked(__name__, {"settings": "prle.stages.config.stage"})
