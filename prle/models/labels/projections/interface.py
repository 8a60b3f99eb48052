"""A projection maps inputs from the retrieval space to the value space, where experts speak."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@dataclass(frozen=True, kw_only=True)
class Points:
    """Inputs (or prototypes) as a projection sees them.

    :param sentences: frozen vectors. *Shape:* (B, S, H)
    :param retrieval: their place in the retrieval space. *Shape:* (B, F)
    """

    sentences: Array
    retrieval: Array


class Projection(ABC):
    """A pure function of points and parameters; the parameters live elsewhere."""

    fixed: ClassVar[frozenset[str]] = frozenset()
    """Names of parameters that are measured once and never learned."""

    keeps_cosine: ClassVar[bool] = False
    """Whether, for pairs, the last value feature is the (learned) cosine of the two sentences."""

    @abstractmethod
    def start(self, points: Points, retrieval: Parameters, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
        """Initial parameters, measured on training points (NumPy).

        :param retrieval: the parameters of the retrieval space, for projections that share its scale.
        """

    @abstractmethod
    def __call__(self, parameters: Parameters, points: Points, noise: Noise | None) -> Array:
        """Return the value space. *Shape:* (B, D)."""
