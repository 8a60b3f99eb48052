"""A student that looks at the prototypes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.arrays.geometry import gelu, softmax
from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.students.forms.layers import drawn, level
from prle.models.students.interface import Student, StudentName

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class TransformerStudent(Student):
    """An input is a query; the prototypes are the tokens that it attends to, layer after layer (Vaswani et al., 2017).

    ``x = features @ lift``; then in each layer ``x = x + attention(x) @ mix`` and ``x = x + gelu(level(x) @ enter) @
    leave``, and at last ``x @ head``. A head attends by ``softmax(q k / sqrt(width))`` to all P tokens; keys and values
    are maps of ``memory``, which starts at the features of the prototypes and is learned. Over one token, as in
    document 002, every weight would be 1 and the number of heads would mean nothing; here it does.

    :param heads: of each layer, at least 1; what is hidden is as wide as a multiple of them.
    :param layers: at least 1.
    """

    name: ClassVar[StudentName] = "transformer"

    heads: int = 4
    layers: int = 2

    def __post_init__(self) -> None:
        for option, number in (("heads", self.heads), ("layers", self.layers)):
            if number < 1:
                message = f"--{option}: expected at least 1, got {number}."
                raise UsageError(message)

    @property
    def width(self) -> int:
        """Numbers of a token: ``inner``, rounded up to a multiple of ``heads``."""
        return self.heads * math.ceil(self.inner / self.heads)

    def correction_shapes(self, features: int, tokens: int, width: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the tokens and of the maps of every layer."""
        own = self.width
        shapes: dict[str, tuple[int, ...]] = {
            "memory": (tokens, features),
            "lift": (features, own),
            "head": (own, width),
        }
        for layer in range(self.layers):
            shapes |= {f"{name}_{layer}": (own, own) for name in ("query", "mix", "enter", "leave")}
            shapes |= {f"{name}_{layer}": (features, own) for name in ("key", "value")}
            shapes[f"enter_bias_{layer}"] = (own,)
        return shapes

    def correcting(
        self, memory: NDArray[np.float32], width: int, rng: np.random.Generator
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``memory`` (P, F), ``lift`` (F, d), ``head`` (d, T) of zero, and the maps of every layer."""
        features, own = memory.shape[1], self.width
        parameters = {
            "memory": memory,
            "lift": drawn(features, own, rng),
            "head": np.zeros((own, width), np.float32),
        }
        for layer in range(self.layers):
            parameters[f"query_{layer}"] = drawn(own, own, rng)
            parameters[f"key_{layer}"] = drawn(features, own, rng)
            parameters[f"value_{layer}"] = drawn(features, own, rng)
            parameters[f"mix_{layer}"] = drawn(own, own, rng)
            parameters[f"enter_{layer}"] = drawn(own, own, rng)
            parameters[f"enter_bias_{layer}"] = np.zeros(own, np.float32)
            parameters[f"leave_{layer}"] = np.zeros((own, own), np.float32)
        return parameters

    def correction(self, parameters: Parameters, features: Array) -> Array:
        """Return what attending adds. *Shape:* (B, F) to (B, T)."""
        state = features @ parameters["lift"]
        for layer in range(self.layers):
            state = state + self._attended(parameters, state, layer) @ parameters[f"mix_{layer}"]
            hidden = level(state) @ parameters[f"enter_{layer}"] + parameters[f"enter_bias_{layer}"]
            state = state + gelu(hidden) @ parameters[f"leave_{layer}"]
        return state @ parameters["head"]

    def _attended(self, parameters: Parameters, state: Array, layer: int) -> Array:
        """Return what the heads of a layer bring home, side by side. *Shape:* (B, d)."""
        xp, memory = array_namespace(state), parameters["memory"]
        own = self.width // self.heads
        queries = xp.reshape(level(state) @ parameters[f"query_{layer}"], (state.shape[0], self.heads, own))
        keys, values = (
            xp.reshape(memory @ parameters[f"{part}_{layer}"], (memory.shape[0], self.heads, own))
            for part in ("key", "value")
        )
        scores = xp.matmul(xp.permute_dims(queries, (1, 0, 2)), xp.permute_dims(keys, (1, 2, 0)))
        found = xp.matmul(softmax(scores / math.sqrt(own)), xp.permute_dims(values, (1, 0, 2)))
        return xp.reshape(xp.permute_dims(found, (1, 0, 2)), (state.shape[0], self.width))
