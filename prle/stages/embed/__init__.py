"""Encode every distinct text of a data set once, into a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.embed.interface import EmbedRequest, EncoderRequest
    from prle.stages.embed.source import embed_source
    from prle.stages.embed.stage import embed

__all__ = ["EmbedRequest", "EncoderRequest", "embed", "embed_source"]

__getattr__ = when_asked(
    __name__,
    {
        "EmbedRequest": "prle.stages.embed.interface",
        "EncoderRequest": "prle.stages.embed.interface",
        "embed": "prle.stages.embed.stage",
        "embed_source": "prle.stages.embed.source",
    },
)
