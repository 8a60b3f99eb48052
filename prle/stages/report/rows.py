"""Which rows a page shows: samples that the same model always gives again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.stages.explain.interface import LEVEL, ExplainRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAP_ROWS: Final = 3000
"""Training rows on the map: enough to show where they are dense, few enough to load at once."""

PREDICTED_ROWS: Final = 1500
"""Rows of the reported split whose errors are drawn one by one."""

GROUPS: Final = 10
"""Groups that a calibration has."""

EXPLAINED: Final = ExplainRequest(examples=5, level=LEVEL)
"""What is asked of every explained row."""

SEED: Final = 0
"""What is drawn is drawn from here, so that the same model gives the same page."""


def sample(rows: int, most: int) -> list[int]:
    """Draw row numbers without repetition, ascending; all of them where they are few enough."""
    if rows <= most:
        return list(range(rows))
    drawn: list[int] = np.sort(np.random.default_rng(SEED).choice(rows, size=most, replace=False)).tolist()
    return drawn


def spread(misses: NDArray[np.float64], count: int) -> list[int]:
    """Draw one row from each of ``count`` equal groups by how far off: good and bad ones in their true proportion."""
    rng = np.random.default_rng(SEED)
    order = np.argsort(misses, kind="stable")
    return [int(rng.choice(group)) for group in np.array_split(order, count) if len(group)]
