"""A learned correction of low rank on either side: questions and texts both move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.experts.interface import Arrays, Matrices, Members, Pairs
from prle.models.texts.experts.low_rank import LowRankMatrices, directions

if TYPE_CHECKING:
    from prle.config import MatrixName


@final
@dataclass(frozen=True, kw_only=True)
class TwoSidedMatrices(Matrices):
    """``z = q + (q V) U`` is compared with ``a + (a V') U'``: texts of any pool go through the second map.

    :param rank: columns of V and of V'.
    :param seed: of their random directions.
    """

    name: ClassVar[MatrixName] = "two_sided"
    learned: ClassVar[tuple[str, ...]] = ("left", "right", "answer_left", "answer_right")

    rank: int
    seed: int

    def solve(self, pairs: Pairs, members: Members) -> Arrays:
        """Return where training starts from."""
        width = pairs.answers.shape[1]
        return {
            **LowRankMatrices(rank=self.rank, seed=self.seed).solve(pairs, members),
            "answer_left": directions(width, self.rank, self.seed + 1),
            "answer_right": np.zeros((self.rank, width), np.float32),
        }
