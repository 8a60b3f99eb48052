"""A learned correction of low rank, on top of the raw vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, final

import numpy as np

from prle.models.texts.experts.interface import Arrays, Matrices, Members, Pairs
from prle.models.texts.experts.ridge import RidgeMatrices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import MatrixName

START_PENALTY: Final = 10.0
"""Of the ridge map that takes the place of the raw vector where texts live in another space."""


@final
@dataclass(frozen=True, kw_only=True)
class LowRankMatrices(Matrices):
    """``z = q + (q V) U``, with U at zero in the beginning: training starts from the raw vector.

    :param rank: columns of V.
    :param seed: of V's random directions.
    """

    name: ClassVar[MatrixName] = "low_rank"
    learned: ClassVar[tuple[str, ...]] = ("left", "right")

    rank: int
    seed: int

    def solve(self, pairs: Pairs, members: Members) -> Arrays:
        """Return where training starts from."""
        return {
            **starting_map(pairs, members),
            "left": directions(pairs.questions.shape[1], self.rank, self.seed),
            "right": np.zeros((self.rank, pairs.answers.shape[1]), np.float32),
            "owner": np.full(self.rank, len(members), np.int64),
        }


def starting_map(pairs: Pairs, members: Members) -> Arrays:
    """Return the raw vector as a map, or a ridge map into the space of the texts where that is another."""
    if pairs.one_space:
        return {"scale": np.ones(len(members), np.float32)}
    return RidgeMatrices(penalty=START_PENALTY).solve(pairs, members)


def directions(width: int, rank: int, seed: int) -> NDArray[np.float32]:
    """Return random directions of about length one. *Shape:* (width, rank)."""
    drawn = np.random.default_rng(seed).normal(scale=width**-0.5, size=(width, rank))
    return drawn.astype(np.float32)
