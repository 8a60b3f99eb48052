"""Whether a prediction moves when the rows that weigh most in it do not vote, beside random voters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.explanation.voting import Ballots

COUNTS: Final = (1, 2, 5, 10, 20)
"""Voters that are left out, at most half of those who vote."""


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """How far Q predictions move, scaled units; of classes, the probability of the one that is predicted.

    :param counts: C numbers of voters left out.
    :param heaviest: without those that weigh most. *Shape:* (Q, C)
    :param random: without as many random ones of those who vote. *Shape:* (Q, C)
    """

    counts: tuple[int, ...]
    heaviest: NDArray[np.float64]
    random: NDArray[np.float64]


def deletion(found: Sequence[Ballots], seed: int) -> Deletion:
    """Leave voters out of each of Q inputs; the next nearest rows step in, of which there are as many ready."""
    rng = np.random.default_rng(seed)
    fewest = min(each.count for each in found)
    counts = tuple(count for count in COUNTS if count <= max(1, fewest // 2))
    heaviest, random = (np.empty((len(found), len(counts))) for _ in range(2))
    for number, each in enumerate(found):
        before = each.without(np.empty(0, np.int64))
        shown = int(before.argmax())
        # The nearest come first, and weigh most.
        for moves, order in (heaviest, each.rows), (random, rng.permutation(each.rows[: each.count])):
            moves[number] = [abs(each.without(order[:count])[shown] - before[shown]) for count in counts]
    return Deletion(counts=counts, heaviest=heaviest, random=random)
