"""One linear map for everybody, held toward leaving questions as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.experts.interface import Arrays, Matrices, Members, Pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import MatrixName


@final
@dataclass(frozen=True, kw_only=True)
class RidgeMatrices(Matrices):
    """``W = I + (Q'Q + lambda I)^-1 Q'(A - Q)``: ridge regression toward the identity.

    Where texts live in another space there is no identity: both sides are centred, and W is held toward zero.

    :param penalty: lambda, in units of the squared length of one question.
    """

    name: ClassVar[MatrixName] = "ridge"

    penalty: float

    def solve(self, pairs: Pairs, members: Members) -> Arrays:
        """Return the map as one full matrix, the same for every cluster."""
        if pairs.one_space:
            change = _ridge(pairs.questions, pairs.answers - pairs.questions, self.penalty)
            return {"shared": np.asarray(np.eye(len(change)) + change, np.float32)}
        here, there = pairs.questions.mean(axis=0), pairs.answers.mean(axis=0)
        whole = _ridge(pairs.questions - here, pairs.answers - there, self.penalty)
        offset = (there - here @ whole)[None, :].repeat(len(members), axis=0)
        return {"shared": whole.astype(np.float32), "offset": offset.astype(np.float32)}


def _ridge(points: NDArray[np.floating], goals: NDArray[np.floating], penalty: float) -> NDArray[np.float64]:
    """Return ``(X'X + penalty u I)^-1 X'Y``, u being the mean squared length of a point. *Shape:* (D, T)."""
    first = np.array(points, np.float64)
    gram = np.array(first.T @ first, np.float64)
    held = penalty * max(float(np.trace(gram)) / len(first), np.finfo(np.float64).tiny)
    gram += held * np.eye(len(gram))
    return np.array(np.linalg.solve(gram, first.T @ np.asarray(goals, np.float64)), np.float64)
