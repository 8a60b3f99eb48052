"""A linear map for each cluster, held toward the one that all share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.experts.interface import Arrays, Matrices, Members, Pairs, mapped, side_by_side
from prle.models.texts.experts.ridge import RidgeMatrices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import MatrixName


@final
@dataclass(frozen=True, kw_only=True)
class ClusterRidgeMatrices(Matrices):
    """``W_k = W + Q_k' (Q_k Q_k' + lambda I)^-1 (A_k - Q_k W)``: the ridge map, and what a cluster's pairs add to it.

    The addition is written by its pairs, which loses nothing: n of them make a matrix of rank n.

    :param penalty: lambda, of the shared map and of what is added, in units of the squared length of one question.
    """

    name: ClassVar[MatrixName] = "cluster_ridge"
    clustered: ClassVar[bool] = True

    penalty: float

    def solve(self, pairs: Pairs, members: Members) -> Arrays:
        """Return the shared map as one full matrix, and the additions by their pairs."""
        shared = RidgeMatrices(penalty=self.penalty).solve(pairs, members)
        alike = np.full((len(pairs), len(members)), 1.0 / len(members), np.float32)
        left_over = pairs.answers - mapped(shared, pairs.questions, alike)
        unit = float(np.mean(np.sum(pairs.questions.astype(np.float64) ** 2, axis=1)))
        columns: list[NDArray[np.floating]] = []
        additions: list[NDArray[np.floating]] = []
        for rows in members:
            points = pairs.questions[rows].astype(np.float64)
            kernel = points @ points.T
            kernel[np.diag_indices_from(kernel)] += self.penalty * unit
            columns.append(points.T)
            additions.append(np.linalg.solve(kernel, left_over[rows].astype(np.float64)))
        return {**shared, **side_by_side(columns, additions)}
