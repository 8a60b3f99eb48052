"""How the numbers of a table become features: fitted on training rows, applied in NumPy alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Numbers(ABC):
    """A fitted transformation of M columns; its fields are its arrays, and all that has to be kept of it."""

    @classmethod
    @abstractmethod
    def fitted(cls, values: NDArray[np.float64], bins: int) -> Self:
        """Measure the columns of the training rows.

        :param values: finite. *Shape:* (N, M)
        :param bins: how many a column is divided into, by those that do.
        """

    @abstractmethod
    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the features. *Shape:* (N, M) to (N, F)."""

    @property
    @abstractmethod
    def width(self) -> int:
        """F."""
