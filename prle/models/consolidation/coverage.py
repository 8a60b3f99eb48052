"""How peaked routing is: how many prototypes have to be asked for most of what is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.prototypes.count import needed_prototypes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

TOP: Final = 10
PEAKED: Final = 0.5
COVERED: Final = 0.8
"""Document 003: the heaviest prototype should have more than half of the weight, or ten of them four fifths."""

_TRIED: Final = (500, 400, 300, 250, 200, 150, 125, 100, 80, 64, 50, 40, 32, 25, 20, 16, 12, 10, 8, 6, 5, 4, 3, 2)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How weight is shared out among ``prototypes``, means over inputs.

    :param top_1: share of the heaviest prototype.
    :param top_10: share of the ten heaviest.
    :param half: prototypes that carry 50 % of the weight.
    :param most: those that carry 80 %.
    :param nearly_all: those that carry 95 %.
    """

    prototypes: int
    top_1: float
    top_10: float
    half: float
    most: float
    nearly_all: float

    @property
    def peaked(self) -> bool:
        """Whether this is enough by document 003; ten of ten prototypes say nothing, so few need the heaviest one."""
        return self.top_1 > PEAKED or (self.prototypes > TOP and self.top_10 >= COVERED)


def coverage_of(weights: NDArray[np.floating]) -> Coverage:
    """Measure how peaked routing is. *Shape:* (N, K), rows sum to 1."""
    shares = -np.sort(-np.asarray(weights, np.float64), axis=1)
    half, most, nearly_all = (float(needed_prototypes(weights, share).mean()) for share in (0.5, 0.8, 0.95))
    return Coverage(
        prototypes=weights.shape[1],
        top_1=float(shares[:, 0].mean()),
        top_10=float(shares[:, :TOP].sum(axis=1).mean()),
        half=half,
        most=most,
        nearly_all=nearly_all,
    )


def tried_counts(prototypes: int) -> tuple[int, ...]:
    """Return the counts below ``prototypes`` that are tried where none is given, the largest first."""
    return tuple(count for count in _TRIED if count < prototypes)


def largest_peaked(tried: Iterable[Coverage]) -> Coverage | None:
    """Return the largest of the counts that are tried whose routing is peaked; None where none is.

    Routing gets the more peaked the fewer are left, and one prototype has all of the weight: the smallest such count
    is always 1. What is looked for is the least merging that is enough.
    """
    return max((each for each in tried if each.peaked), key=lambda each: each.prototypes, default=None)
