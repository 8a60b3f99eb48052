"""What labels and predictions of a kind are to an edit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.observer import Observer


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Predictions of V rows before and after an edit, label units or probabilities. *Shapes:* (V,), (V,).

    :param classes: whose probabilities they are; none of numbers.
    """

    before: NDArray[np.float64]
    after: NDArray[np.float64]
    classes: tuple[str, ...] = ()


class Labels(ABC):
    """Labels of one kind."""

    @abstractmethod
    def told(self, wanted: float | str, others: NDArray[np.float64], observer: Observer) -> float:
        """Return the label that somebody wrote, as it is stored.

        :param others: of all training rows. *Shape:* (N,)
        :raises UsageError: where it is none.
        """

    @abstractmethod
    def shown(self, label: float) -> float | str:
        """Return a stored label as people know it."""

    @abstractmethod
    def compared(self, before: NDArray[np.float64], after: NDArray[np.float64]) -> Compared:
        """Return what of reported predictions of V rows is compared."""
