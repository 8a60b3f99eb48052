"""The control: the same part of the weight, and no likeness in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.soft_targets.interface import SoftTargets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import SoftTargetName
    from prle.models.texts.soft_targets.label_state import LabelState


@final
@dataclass(frozen=True, kw_only=True)
class UniformSoftTargets(SoftTargets):
    """Every text gets the same: label smoothing (Szegedy et al., 2016). What likeness adds has to beat this."""

    name: ClassVar[SoftTargetName] = "uniform"

    def __call__(
        self,
        state: LabelState,  # noqa: ARG002
        codes: NDArray[np.int64],
        columns: NDArray[np.int64],
    ) -> NDArray[np.float32] | None:
        """Return equal weights. *Shape:* (B, C)."""
        return np.full((len(codes), len(columns)), 1.0 / len(columns), np.float32)
