"""Random training rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def random_real(points: NDArray[np.floating], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Choose ``count`` rows uniformly, without repetition."""
    return np.sort(rng.choice(len(points), size=count, replace=False)).astype(np.int64)
