"""How large a student has to be: the smallest that is not surely worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SIZES: Final = (8, 16, 32, 64, 128)
"""What ``auto`` tries, as far as it is less than the width of a vector; and that width itself."""

RANKS: Final = (1, 2, 4, 8)
"""What it tries of factored experts, of which each rank costs as many numbers as there are experts times widths."""

APART: Final = 0.02
"""Squared error to the teacher that a smaller student may have more than the best one, as a share of the reference."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SizeTrial:
    """One size, measured on validation rows.

    :param losses: on the task, less is better, a row each. *Shape:* (N,)
    :param relative_error: squared error to the teacher, as a share of that of the simplest student there is: the
        identity where labels are texts, else the teacher's mean output.
    """

    size: int
    losses: NDArray[np.float64]
    relative_error: float


def sizes_for(width: int) -> tuple[int, ...]:
    """Return the sizes to try where vectors have so many numbers, ascending."""
    return (*(size for size in SIZES if size < width), width)


def parsimonious(trials: Sequence[SizeTrial]) -> int:
    """Return the place of the smallest size that is good enough.

    Best is the size with the lowest mean loss on the task. Good enough is one whose loss is higher by no more than a
    standard error of the paired difference, and whose relative error is within :data:`APART` of the lowest one.

    :param trials: by ascending size.
    """
    best = min(trials, key=lambda trial: float(trial.losses.mean()))
    closest = min(trial.relative_error for trial in trials)
    for place, trial in enumerate(trials):
        gap = trial.losses - best.losses
        if gap.mean() <= gap.std() / np.sqrt(len(gap)) and trial.relative_error <= closest + APART:
            return place
    return list(trials).index(best)
