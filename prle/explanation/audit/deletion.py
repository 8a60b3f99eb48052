"""Whether a prediction falls when the rows that hold it up are gone.

The rows with the largest contributions are taken away, a few and then more, and the experts are solved again; the same
number of random rows is taken away for comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.explanation.audit.interface import chosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.explanation.influence import Influence, Placed

COUNTS: Final = (1, 2, 5, 10, 20, 50, 100)
"""Training rows that are taken away, at most half of all."""


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """How far predictions fall, label units.

    :param counts: K numbers of rows taken away.
    :param attributed: without those that add most. *Shape:* (Q, K)
    :param random: without as many random ones. *Shape:* (Q, K)
    """

    counts: tuple[int, ...]
    attributed: NDArray[np.float64]
    random: NDArray[np.float64]

    def areas(self, curve: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean height of each input's ``curve`` over the logarithm of the count. *Shape:* (Q, K) to (Q,)."""
        if len(self.counts) == 1:
            return curve[:, 0]
        position = np.log(self.counts)
        area: NDArray[np.float64] = np.trapezoid(curve, position, axis=1) / (position[-1] - position[0])
        return area


def deletion(influence: Influence, placed: Sequence[Placed], contributions: NDArray[np.float64], seed: int) -> Deletion:
    """Take training rows away and refit, for each of Q inputs.

    :param contributions: what each row adds to each prediction. *Shape:* (Q, N)
    """
    rng = np.random.default_rng(seed)
    counts = tuple(count for count in COUNTS if count <= max(1, contributions.shape[1] // 2))
    attributed, random = (np.empty((len(contributions), len(counts))) for _ in range(2))
    for number, parts in enumerate(contributions):
        one = chosen(placed, np.array([number]))
        before = influence.predict(one)[0]
        orders = np.argsort(-parts, kind="stable"), rng.permutation(len(parts))
        for curve, order in zip((attributed, random), orders, strict=True):
            curve[number] = [before - influence.without(order[:count].tolist()).predict(one)[0] for count in counts]
    return Deletion(counts=counts, attributed=attributed, random=random)
