"""Encode every distinct text of a data set once, into a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.embed.interface import EmbedRequest
    from prle.stages.embed.stage import embed

__all__ = ["EmbedRequest", "embed"]

__getattr__ = when_asked(__name__, {"EmbedRequest": "prle.stages.embed.interface", "embed": "prle.stages.embed.stage"})
