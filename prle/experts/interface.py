"""An expert is the local model that a prototype owns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.shapes import Array, Noise, Parameters


@dataclass(frozen=True, kw_only=True)
class Prior:
    """The one global linear model that every expert starts from and is shrunk toward.

    :param weight: *Shape:* (T, D)
    :param bias: *Shape:* (T,)
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


class Experts(ABC):
    """All P experts at once, a pure function of value-space inputs and parameters."""

    @abstractmethod
    def start(self, prior: Prior, count: int, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
        """Initial parameters of ``count`` experts. Names that begin with ``own_`` are one expert's deviations."""

    @abstractmethod
    def __call__(self, parameters: Parameters, value: Array, noise: Noise | None) -> Array:
        """Return what every expert says of every input, in scaled label units. *Shape:* (B, D) to (B, P, T)."""
