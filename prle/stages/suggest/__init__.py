"""Recommend a number of prototypes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.suggest.stage import suggest

__all__ = ["suggest"]

__getattr__ = when_asked(__name__, {"suggest": "prle.stages.suggest.stage"})
