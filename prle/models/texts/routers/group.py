"""What a question is filed under decides; centroids decide where that is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.routers.interface import Asked, Routing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import RoutingName
    from prle.models.texts.routers.federated import FederatedRouting


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class GroupRouting(Routing):
    """``w_k = 1`` for the cluster of the question's group; ``unknown`` says it for all others (document 003, per tree).

    :param names: the groups of each cluster: one, or several where clusters were put together.
    """

    name: ClassVar[RoutingName] = "group"

    names: tuple[tuple[str, ...], ...]
    unknown: FederatedRouting

    def __call__(self, asked: Asked) -> NDArray[np.float32]:
        """Return the weights of groups. *Shape:* (B, K)."""
        found = np.zeros((len(asked), len(self.names)), np.float32)
        known = self._clusters(asked)
        rows, others = np.flatnonzero(known >= 0), np.flatnonzero(known < 0)
        found[rows, known[rows]] = 1.0
        if len(others):
            found[others] = self.unknown(asked.take(others))
        return found

    def filed(self, asked: Asked) -> NDArray[np.bool_]:
        """Tell which questions have a known group. *Shape:* (B,)."""
        return self._clusters(asked) >= 0

    def _clusters(self, asked: Asked) -> NDArray[np.int64]:
        """Return the cluster of each question's group; -1 where that is not known. *Shape:* (B,)."""
        place = {name: cluster for cluster, names in enumerate(self.names) for name in names}
        return np.array([place.get(name, -1) for name in asked.groups] or [-1] * len(asked), np.int64)
