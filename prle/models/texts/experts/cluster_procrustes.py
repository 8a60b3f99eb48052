"""A rotation for each cluster: the map of document 002."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.experts.interface import Arrays, Matrices, Members, Pairs, side_by_side
from prle.models.texts.experts.rotation import fit_similarity

if TYPE_CHECKING:
    from prle.config import MatrixName


@final
@dataclass(frozen=True, kw_only=True)
class ClusterProcrustesMatrices(Matrices):
    """``z = sum_k w_k (s_k q R_k + b_k)``: the rotation, scale and shift of each cluster's own pairs, nothing shared.

    A rotation of fifteen pairs in hundreds of dimensions fits them exactly and says little of the next question. It is
    here because document 002 builds on it.
    """

    name: ClassVar[MatrixName] = "cluster_procrustes"
    one_space: ClassVar[bool] = True
    clustered: ClassVar[bool] = True

    def solve(self, pairs: Pairs, members: Members) -> Arrays:
        """Return what each cluster's rotation changes, in the space that its pairs span."""
        found = [fit_similarity(pairs.questions[rows], pairs.answers[rows]) for rows in members]
        return {
            "scale": np.array([each.scale for each in found], np.float32),
            "offset": np.stack([each.offset for each in found]).astype(np.float32),
            **side_by_side([each.left for each in found], [each.right for each in found]),
        }
