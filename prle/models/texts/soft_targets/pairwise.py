"""Texts that are like the right one share its weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

from prle.models.texts.soft_targets.interface import SoftTargets, softened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.config import SoftTargetName
    from prle.models.texts.soft_targets.label_state import LabelState


@final
@dataclass(frozen=True, kw_only=True)
class PairwiseSoftTargets(SoftTargets):
    """``softmax over j of cos(mean_i, mean_j) / temperature``: the right text's own likeness to each of the batch.

    :param temperature: of that softmax.
    :param z_score: whether likeness is standardised first.
    """

    name: ClassVar[SoftTargetName] = "pairwise"

    temperature: float
    z_score: bool

    def __call__(
        self, state: LabelState, codes: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> NDArray[np.float32] | None:
        """Return the weights of like texts. *Shape:* (B, C)."""
        means = state.means
        return softened(means[codes] @ means[columns].T, self.temperature, z_score=self.z_score)
