"""Like texts, and texts of a like cluster, share the weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

from prle.models.texts.soft_targets.interface import SoftTargets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.config import SoftTargetName
    from prle.models.texts.soft_targets.label_state import LabelState
    from prle.models.texts.soft_targets.pairwise import PairwiseSoftTargets
    from prle.models.texts.soft_targets.prototype import PrototypeSoftTargets


@final
@dataclass(frozen=True, kw_only=True)
class HybridSoftTargets(SoftTargets):
    """``(1 - share) * pairwise + share * prototype``; pairwise alone while there are no clusters.

    :param share: of the clusters, 0 to 1.
    """

    name: ClassVar[SoftTargetName] = "hybrid"

    pairwise: PairwiseSoftTargets
    prototype: PrototypeSoftTargets
    share: float

    def __call__(
        self, state: LabelState, codes: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> NDArray[np.float32] | None:
        """Return the blended weights. *Shape:* (B, C)."""
        by_text, by_cluster = self.pairwise(state, codes, columns), self.prototype(state, codes, columns)
        if by_text is None or by_cluster is None:
            return by_text
        return (1.0 - self.share) * by_text + self.share * by_cluster
