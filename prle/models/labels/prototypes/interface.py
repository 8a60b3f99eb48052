"""How the first prototypes are chosen among the training rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Selection(Protocol):
    """Chooses prototypes; a plain function is enough."""

    def __call__(self, points: NDArray[np.floating], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return ``count`` distinct rows of ``points`` (N, F), N at least ``count``. *Shape:* (P,)."""
