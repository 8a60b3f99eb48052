"""How compact explanations are: the prototypes that one needs, and those that all together use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import effective_count
from prle.models.labels.prototypes.count import needed_prototypes

if TYPE_CHECKING:
    from numpy.typing import NDArray

ACTIVE: Final = 0.01
"""A prototype with at least this share of all weight is active."""


@dataclass(frozen=True, kw_only=True)
class Compactness:
    """How weight is shared out.

    :param most: prototypes that carry 80 % of each input's weight. *Shape:* (B,)
    :param nearly_all: those that carry 95 %. *Shape:* (B,)
    :param effective: K_eff, the exponential of the entropy of the mean weights, 1 to P.
    :param active: K_active, those with at least :data:`ACTIVE` of all weight.
    """

    most: NDArray[np.int64]
    nearly_all: NDArray[np.int64]
    effective: float
    active: int


def compactness(weights: NDArray[np.floating]) -> Compactness:
    """Measure how few prototypes speak. *Shape:* (B, P), rows sum to 1."""
    mean = np.asarray(weights, np.float64).mean(axis=0)
    return Compactness(
        most=needed_prototypes(weights, 0.8),
        nearly_all=needed_prototypes(weights, 0.95),
        effective=float(effective_count(mean[None])[0]),
        active=int(np.count_nonzero(mean >= ACTIVE)),
    )
