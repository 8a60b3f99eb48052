"""All of the weight on the right text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

from prle.models.texts.soft_targets.interface import SoftTargets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.config import SoftTargetName
    from prle.models.texts.soft_targets.label_state import LabelState


@final
@dataclass(frozen=True, kw_only=True)
class NoSoftTargets(SoftTargets):
    """Hard targets: nothing is soft."""

    name: ClassVar[SoftTargetName] = "none"

    def __call__(
        self,
        state: LabelState,  # noqa: ARG002
        codes: NDArray[np.int64],  # noqa: ARG002
        columns: NDArray[np.int64],  # noqa: ARG002
    ) -> NDArray[np.float32] | None:
        """Return nothing."""
        return None
