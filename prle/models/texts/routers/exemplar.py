"""Every training question votes for its cluster, nearer ones louder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, final

import numpy as np

from prle.arrays.geometry import unit
from prle.models.texts.routers.interface import Asked, Routing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import RoutingName

QUESTIONS_AT_ONCE: Final = 8192
ASKED_AT_ONCE: Final = 256
"""A block of scores is 8 MiB, however many questions there are on either side."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class ExemplarRouting(Routing):
    """``w_k = sum over i in k of p_i exp(cos(q, q_i) / temperature)``, divided by the sum over all (document 002).

    With ``second_softmax`` these weights go through ``softmax(w / temperature)`` once more, which is how the document
    writes it: since they are at most one, that flattens what the first softmax has told apart unless the temperature
    is low. Training questions are looked at a block at a time with a running maximum, so memory does not grow with
    them.

    :param questions: of training, of length one. *Shape:* (N, D)
    :param owner: the cluster of each. *Shape:* (N,)
    :param count: K, how many clusters there are.
    :param importance: p, how much each question counts beside its nearness; None is one for all. *Shape:* (N,)
    """

    name: ClassVar[RoutingName] = "exemplar"

    questions: NDArray[np.float32]
    owner: NDArray[np.int64]
    count: int
    temperature: float
    second_softmax: bool = False
    importance: NDArray[np.float64] | None = None

    def __call__(self, asked: Asked) -> NDArray[np.float32]:
        """Return the summed weights of clusters. *Shape:* (B, K)."""
        found = np.empty((len(asked), self.count), np.float32)
        for start in range(0, len(asked), ASKED_AT_ONCE):
            rows = slice(start, start + ASKED_AT_ONCE)
            found[rows] = self._block(unit(asked.vectors[rows]))
        if self.second_softmax:
            raised = np.exp((found.astype(np.float64) - found.max(axis=1, keepdims=True)) / self.temperature)
            found = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
        return found

    def votes(self, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the share of each training question in the first softmax, for one question. *Shape:* (N,)."""
        scores = (self.questions @ unit(vector)).astype(np.float64) / self.temperature
        if self.importance is not None:
            scores += np.log(np.maximum(self.importance, 1e-12))
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum())

    def _block(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Go through all training questions once, keeping the largest score so far. *Shape:* (B, D) to (B, K)."""
        order = np.argsort(self.owner, kind="stable")
        sums = np.zeros((len(vectors), self.count))
        largest = np.full((len(vectors), 1), -np.inf)
        for start in range(0, len(order), QUESTIONS_AT_ONCE):
            chosen = order[start : start + QUESTIONS_AT_ONCE]
            scores = vectors @ self.questions[chosen].T / self.temperature
            if self.importance is not None:
                scores = scores + np.log(np.maximum(self.importance[chosen], 1e-12))
            higher = np.maximum(largest, scores.max(axis=1, keepdims=True))
            sums *= np.exp(largest - higher)
            owners, firsts = np.unique(self.owner[chosen], return_index=True)
            sums[:, owners] += np.add.reduceat(np.exp(scores - higher), firsts, axis=1)
            largest = higher
        return np.asarray(sums / sums.sum(axis=1, keepdims=True))
