"""The smallest student: one map of low rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

from prle.models.students.interface import Student, StudentName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class LinearStudent(Student):
    """Nothing but the linear part."""

    name: ClassVar[StudentName] = "linear"

    def correction_shapes(
        self,
        features: int,  # noqa: ARG002
        tokens: int,  # noqa: ARG002
        width: int,  # noqa: ARG002
    ) -> dict[str, tuple[int, ...]]:
        """Return nothing."""
        return {}

    def correcting(
        self,
        memory: NDArray[np.float32],  # noqa: ARG002
        width: int,  # noqa: ARG002
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return nothing."""
        return {}

    def correction(self, parameters: Parameters, features: Array) -> Array | None:  # noqa: ARG002
        """Return nothing."""
        return None
