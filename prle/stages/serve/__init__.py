"""Answer many questions in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.serve.stage import answering

__all__ = ["answering"]

__getattr__ = when_asked(__name__, {"answering": "prle.stages.serve.stage"})
