"""Texts that are like the cluster of the right one share its weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.soft_targets.interface import SoftTargets, softened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import SoftTargetName
    from prle.models.texts.soft_targets.label_state import LabelState


@final
@dataclass(frozen=True, kw_only=True)
class PrototypeSoftTargets(SoftTargets):
    """``softmax over j of cos(centre of i's cluster, mean_j) / temperature``.

    Two texts of one cluster get the same weights, so what tells them apart is only the hard part of the target.

    :param temperature: of that softmax.
    :param z_score: whether likeness is standardised first.
    """

    name: ClassVar[SoftTargetName] = "prototype"

    temperature: float
    z_score: bool

    def __call__(
        self, state: LabelState, codes: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> NDArray[np.float32] | None:
        """Return the weights of texts near the cluster; None while there are no clusters. *Shape:* (B, C)."""
        if state.centres is None:
            return None
        means, clusters = state.means, state.cluster_of[codes]
        # A text that came after the last estimate has no cluster yet, and speaks for itself.
        points = np.where((clusters >= 0)[:, None], state.centres[clusters], means[codes])
        return softened(points @ means[columns].T, self.temperature, z_score=self.z_score)
