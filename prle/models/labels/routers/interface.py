"""A router says how much each prototype has to say about an input."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


NO_RATES: Final[Mapping[str, float]] = {}


@dataclass(frozen=True, kw_only=True)
class Spaces:
    """Inputs or prototypes in both spaces.

    :param retrieval: *Shape:* (B, F) for inputs, (P, F) for prototypes
    :param value: *Shape:* (B, D) or (P, D)
    """

    retrieval: Array
    value: Array


class Router(ABC):
    """A pure function to responsibilities: non-negative, each row sums to one."""

    fixed: ClassVar[frozenset[str]] = frozenset()
    """Names of parameters that are measured once and never learned."""

    rate: ClassVar[float] = 10.0
    """Step size as a multiple of the geometry's: a handful of scalars would hardly move at the rate of matrices."""

    rates: ClassVar[Mapping[str, float]] = NO_RATES
    """The same for single parameters that need another one than the rest."""

    @abstractmethod
    def start(self, inputs: Spaces, prototypes: Spaces, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
        """Initial parameters, measured on training inputs (NumPy)."""

    @abstractmethod
    def __call__(self, parameters: Parameters, inputs: Spaces, prototypes: Spaces, noise: Noise | None) -> Array:
        """Return responsibilities. *Shape:* (B, P)."""
