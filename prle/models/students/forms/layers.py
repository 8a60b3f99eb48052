"""What students are built of, for both engines."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.geometry import TINY
from prle.arrays.shapes import array_namespace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array


def drawn(rows: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a (rows, width) matrix that keeps the size of what goes in."""
    return rng.normal(0.0, 1.0 / math.sqrt(rows), (rows, width)).astype(np.float32)


def level(values: Array) -> Array:
    """Divide each row by its root mean square (Zhang and Sennrich, 2019). *Shape:* (B, d)."""
    xp = array_namespace(values)
    return values / xp.sqrt(xp.mean(values * values, axis=-1, keepdims=True) + TINY)
