"""One rotation for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.experts.interface import Arrays, Matrices, Members, Pairs
from prle.models.texts.experts.rotation import fit_similarity

if TYPE_CHECKING:
    from prle.config import MatrixName


@final
@dataclass(frozen=True, kw_only=True)
class ProcrustesMatrices(Matrices):
    """``z = s q R + b``: the rotation, scale and shift that bring all questions nearest to their texts."""

    name: ClassVar[MatrixName] = "procrustes"
    one_space: ClassVar[bool] = True

    def solve(self, pairs: Pairs, members: Members) -> Arrays:
        """Return the rotation as one full matrix, the same for every cluster."""
        found = fit_similarity(pairs.questions, pairs.answers)
        whole = found.scale * np.eye(pairs.questions.shape[1]) + found.left @ found.right
        offset = np.repeat(found.offset[None, :], len(members), axis=0)
        return {"shared": whole.astype(np.float32), "offset": offset.astype(np.float32)}
