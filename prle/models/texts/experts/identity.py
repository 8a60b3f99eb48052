"""The question's own vector: what has to be beaten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.experts.interface import Arrays, Matrices, Members, Pairs

if TYPE_CHECKING:
    from prle.config import MatrixName


@final
@dataclass(frozen=True, kw_only=True)
class IdentityMatrices(Matrices):
    """``z = q``; where texts live in another space, ``z`` is the mean of the training texts, whatever is asked."""

    name: ClassVar[MatrixName] = "identity"

    def solve(self, pairs: Pairs, members: Members) -> Arrays:
        """Return a scale of one for every cluster, or the mean text."""
        count = len(members)
        if pairs.one_space:
            return {"scale": np.ones(count, np.float32)}
        return {"offset": np.repeat(pairs.answers.mean(axis=0, keepdims=True), count, axis=0)}
