"""Clusters whose centroids are near speak, nearer ones louder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.arrays.geometry import unit
from prle.models.texts.routers.interface import Asked, Routing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import RoutingName


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class FederatedRouting(Routing):
    """``w_k = p_k exp(cos(q, c_k) / temperature) / sum``, of the ``speakers`` heaviest alone (documents 002 and 003).

    :param centroids: of length one. *Shape:* (K, D)
    :param speakers: how many may speak; K or more lets all of them.
    :param importance: p, how much each cluster counts beside its nearness; None is one for all. *Shape:* (K,)
    """

    name: ClassVar[RoutingName] = "federated"

    centroids: NDArray[np.float32]
    temperature: float
    speakers: int
    importance: NDArray[np.float64] | None = None

    def __call__(self, asked: Asked) -> NDArray[np.float32]:
        """Return the weights of centroids. *Shape:* (B, K)."""
        return self.over(asked.vectors)

    def over(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the weights for vectors, wherever they belong. *Shape:* (B, D) to (B, K)."""
        raised = (unit(vectors) @ self.centroids.T).astype(np.float64) / self.temperature
        if self.importance is not None:
            raised += np.log(np.maximum(self.importance, 1e-12))
        count = raised.shape[1]
        if self.speakers < count:
            quiet = np.argpartition(-raised, self.speakers - 1, axis=1)[:, self.speakers :]
            np.put_along_axis(raised, quiet, -np.inf, axis=1)
        weights = np.exp(raised - raised.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
