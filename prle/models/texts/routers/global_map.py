"""One voice for everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.routers.interface import Asked, Routing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import RoutingName


@final
@dataclass(frozen=True, kw_only=True)
class GlobalRouting(Routing):
    """``w = 1``: one cluster, one map."""

    name: ClassVar[RoutingName] = "global"

    def __call__(self, asked: Asked) -> NDArray[np.float32]:
        """Return ones. *Shape:* (B, 1)."""
        return np.ones((len(asked), 1), np.float32)
