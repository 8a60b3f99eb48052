"""Prototypes of a place: real rows in the middle of their neighbours, and typical of what those say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import squared_distances
from prle.models.labels.prototypes import METRICS, SELECTIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import PrototypeConfig

SAMPLE: Final = 1 << 14
"""Rows that prototypes are chosen among at most."""

TYPICAL: Final = 0.3
"""How much it costs a row to have another label than its neighbours say, beside being off the middle."""


def choose_anchors(
    points: NDArray[np.floating],
    settings: PrototypeConfig,
    count: int,
    rng: np.random.Generator,
    *,
    residuals: NDArray[np.float64] | None = None,
) -> NDArray[np.int64]:
    """Choose rows as the settings say, and move each to the row of its cell that is nearest to the middle and typical.

    The cost of a row is ``|z - c|^2 + .3 V r^2 / mean r^2``, V the total variance. Random rows stay where they are.

    :param points: training rows in the place. *Shape:* (N, D)
    :param residuals: labels minus what the others say of them, where that counts. *Shape:* (N,)
    :returns: distinct rows. *Shape:* (P,)
    """
    drawn = np.sort(rng.permutation(len(points))[: max(SAMPLE, count)])
    sample = np.asarray(points[drawn], np.float32)
    chosen = SELECTIONS[settings.init](METRICS[settings.metric](sample), count, rng)
    if settings.init == "random_real":
        return drawn[chosen]
    strange = np.zeros(len(sample))
    if residuals is not None and np.any(residuals):
        strange = TYPICAL * float(sample.var(axis=0).sum()) * (residuals**2 / np.mean(residuals**2))[drawn]
    cells = squared_distances(sample, sample[chosen]).argmin(axis=1)
    cells[chosen] = np.arange(count)
    for cell in range(count):
        own = np.flatnonzero(cells == cell)
        off = squared_distances(sample[own], sample[own].mean(axis=0, keepdims=True))[:, 0]
        chosen[cell] = own[int(np.argmin(off + strange[own]))]
    return drawn[chosen]
