"""The honest small student: hidden layers beside the linear part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.arrays.geometry import gelu
from prle.errors import UsageError
from prle.models.students.forms.layers import drawn
from prle.models.students.interface import Student, StudentName

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class MLPStudent(Student):
    """``h = gelu(features @ enter + bias)``, then ``h = h + gelu(h @ inner_k + bias_k) @ outer_k``, and ``h @ leave``.

    :param layers: of hidden units, at least 1; those after the first are residual blocks that start at zero.
    """

    name: ClassVar[StudentName] = "mlp"

    layers: int = 2

    def __post_init__(self) -> None:
        if self.layers < 1:
            message = f"--layers: expected at least 1, got {self.layers}."
            raise UsageError(message)

    def correction_shapes(self, features: int, tokens: int, width: int) -> dict[str, tuple[int, ...]]:  # noqa: ARG002
        """Return the shapes of hidden layers."""
        own = self.inner
        shapes: dict[str, tuple[int, ...]] = {"enter": (features, own), "enter_bias": (own,), "leave": (own, width)}
        for block in range(1, self.layers):
            shapes |= {f"inner_{block}": (own, own), f"bias_{block}": (own,), f"outer_{block}": (own, own)}
        return shapes

    def correcting(
        self, memory: NDArray[np.float32], width: int, rng: np.random.Generator
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``enter`` (F, h), ``leave`` (h, T) of zero, and the blocks; h is ``inner``."""
        own = self.inner
        parameters = {
            "enter": drawn(memory.shape[1], own, rng),
            "enter_bias": np.zeros(own, np.float32),
            "leave": np.zeros((own, width), np.float32),
        }
        for block in range(1, self.layers):
            parameters[f"inner_{block}"] = drawn(own, own, rng)
            parameters[f"bias_{block}"] = np.zeros(own, np.float32)
            parameters[f"outer_{block}"] = np.zeros((own, own), np.float32)
        return parameters

    def correction(self, parameters: Parameters, features: Array) -> Array:
        """Return what the hidden layers add. *Shape:* (B, F) to (B, T)."""
        hidden = gelu(features @ parameters["enter"] + parameters["enter_bias"])
        for block in range(1, self.layers):
            inner = gelu(hidden @ parameters[f"inner_{block}"] + parameters[f"bias_{block}"])
            hidden = hidden + inner @ parameters[f"outer_{block}"]
        return hidden @ parameters["leave"]
