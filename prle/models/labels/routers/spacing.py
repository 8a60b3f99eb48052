"""The length unit of a router: how far apart inputs and prototypes are in this data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.geometry import COINCIDENT

if TYPE_CHECKING:
    from numpy.typing import NDArray


def nearest_spacing(far: NDArray[np.floating]) -> NDArray[np.float32]:
    """Mean distance of an input to its nearest prototype; one where all are prototypes. *Shape:* (B, P) to ()."""
    mean = float(far.min(axis=1).mean())
    return np.asarray(mean if mean > COINCIDENT else 1.0, np.float32)
