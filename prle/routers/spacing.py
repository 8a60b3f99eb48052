"""The length unit of a router: how far apart inputs and prototypes are in this data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.geometry import COINCIDENT, distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.routers.interface import Spaces


def nearest_spacing(inputs: Spaces, prototypes: Spaces) -> NDArray[np.float32]:
    """Mean retrieval distance of an input to its nearest prototype; one where all inputs are prototypes. Scalar."""
    nearest = distances(inputs.retrieval, prototypes.retrieval).min(axis=1)
    mean = float(nearest.mean())
    return np.asarray(mean if mean > COINCIDENT else 1.0, np.float32)
