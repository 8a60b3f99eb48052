"""Soft targets: while fitting, a part of the right text's weight goes to texts that are like it (document 001)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from prle.arrays.geometry import softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import SoftTargetName
    from prle.models.texts.soft_targets.label_state import LabelState


class SoftTargets(ABC):
    """Gives a distribution over the texts of a batch for each of its rows."""

    name: ClassVar[SoftTargetName]

    @abstractmethod
    def __call__(
        self, state: LabelState, codes: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> NDArray[np.float32] | None:
        """Return where the soft part of each row's weight goes; None where nothing can be said yet.

        :param state: what has been seen of texts so far.
        :param codes: the right text of each row. *Shape:* (B,)
        :param columns: the texts that are compared, each once, so that no text is its own negative. *Shape:* (C,)
        :returns: rows sum to one. *Shape:* (B, C)
        """


def softened(likeness: NDArray[np.floating], temperature: float, *, z_score: bool) -> NDArray[np.float32]:
    """Turn likeness into weights: ``softmax(z / temperature)``, z being each row standardised where it is asked for.

    Cosines of texts of one kind lie close together: without standardising, their softmax is nearly uniform.

    *Shape:* (B, C) to (B, C)
    """
    if z_score:
        deviation = likeness.std(axis=1, keepdims=True)
        centred = likeness - likeness.mean(axis=1, keepdims=True)
        likeness = np.divide(centred, deviation, out=np.zeros_like(centred), where=deviation > 0)
    weights: NDArray[np.float32] = softmax(likeness / temperature).astype(np.float32)
    return weights
