"""A learned correction that all share, and a small one of each cluster's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.experts.interface import Arrays, Matrices, Members, Pairs
from prle.models.texts.experts.low_rank import directions, starting_map

if TYPE_CHECKING:
    from prle.config import MatrixName


@final
@dataclass(frozen=True, kw_only=True)
class GatedLowRankMatrices(Matrices):
    """``z = q + (q V) U + sum_k w_k (q V_k) U_k``, all U at zero in the beginning.

    :param rank: columns of V.
    :param own_rank: columns of each V_k.
    :param seed: of their random directions.
    """

    name: ClassVar[MatrixName] = "gated_low_rank"
    learned: ClassVar[tuple[str, ...]] = ("left", "right")
    clustered: ClassVar[bool] = True

    rank: int
    own_rank: int
    seed: int

    def solve(self, pairs: Pairs, members: Members) -> Arrays:
        """Return where training starts from."""
        count = len(members)
        total = self.rank + count * self.own_rank
        owner = np.concatenate([np.full(self.rank, count), np.repeat(np.arange(count), self.own_rank)])
        return {
            **starting_map(pairs, members),
            "left": directions(pairs.questions.shape[1], total, self.seed),
            "right": np.zeros((total, pairs.answers.shape[1]), np.float32),
            "owner": owner.astype(np.int64),
        }
