"""Show and forget what prle keeps between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.cache.stage import clear_cache, show_cache

__all__ = ["clear_cache", "show_cache"]

__getattr__ = when_asked(__name__, {"clear_cache": "prle.stages.cache.stage", "show_cache": "prle.stages.cache.stage"})
