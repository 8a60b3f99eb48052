"""Say what is in a workspace, how a model was fitted, and what its prototypes stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.info.interface import RegimesRequest
    from prle.stages.info.stage import find_regimes, info, read_history

__all__ = ["RegimesRequest", "find_regimes", "info", "read_history"]

__getattr__ = when_asked(
    __name__,
    {
        "RegimesRequest": "prle.stages.info.interface",
        "find_regimes": "prle.stages.info.stage",
        "info": "prle.stages.info.stage",
        "read_history": "prle.stages.info.stage",
    },
)
