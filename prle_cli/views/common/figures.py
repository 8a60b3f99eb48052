"""How pictures write numbers, beside what the library says of them too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from prle.stages.common.writing import (
    UNKNOWN,
    choice,
    choice_name,
    choice_shown,
    count,
    error,
    fixed,
    label_decimals,
    percent,
    score_name,
    size,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = [
    "MEASURES",
    "UNKNOWN",
    "UNKNOWN_CELL",
    "adding_up",
    "choice",
    "choice_name",
    "choice_shown",
    "count",
    "duration",
    "error",
    "fixed",
    "label_decimals",
    "percent",
    "plural",
    "rate",
    "score_name",
    "signed",
    "size",
    "sparkline",
]

UNKNOWN_CELL: Final = "?"
"""What stands for a cell of a table with nothing in it."""
MEASURES: Final = {
    "dropout": "the spread of its vectors under dropout",
    "masked": "the entropy of masked tokens",
    "norm": "the length of its vectors",
}
"""What an encoder's uncertainty of a text may be measured by."""
_SPARKS: Final = "▁▂▃▄▅▆▇█"


def signed(value: float, decimals: int) -> str:
    """Return ``value`` with its sign, for columns that add up."""
    return f"{value:+z,.{decimals}f}" if math.isfinite(value) else UNKNOWN


def plural(value: int, noun: str) -> str:
    """Return a number with its noun: ``1 prototype``, ``32 prototypes``."""
    return f"{count(value)} {noun}" if value == 1 else f"{count(value)} {noun}s"


def duration(seconds: float) -> str:
    """Return a time as people say it: ``0.41 s``, ``41 s``, ``3 min 12 s``, ``2 h 05 min``."""
    if not math.isfinite(seconds):
        return UNKNOWN
    if seconds < 10:
        return f"{seconds:.2f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def rate(value: float) -> str:
    """Return how many a second in three figures: ``0.25``, ``9.1``, ``182``, ``1.38 k``, ``1.2 M``, ``1.13 G``."""
    if not math.isfinite(value):
        return UNKNOWN
    for unit in ("", " k", " M", " G"):
        if value < 999.5:
            return f"{value:.3g}{unit}"
        value /= 1000
    return "> 999 G"


def sparkline(values: Sequence[float], width: int) -> str:
    """Return ``values`` as at most ``width`` bars between their smallest and largest; the last value always shows."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return ""
    steps = min(width, len(finite))
    shown = [finite[(step + 1) * len(finite) // steps - 1] for step in range(steps)]
    low, high = min(finite), max(finite)
    scale = (len(_SPARKS) - 1) / (high - low) if high > low else 0.0
    return "".join(_SPARKS[round((value - low) * scale)] for value in shown)


def adding_up(values: Sequence[float], decimals: int) -> list[float]:
    """Round ``values`` so that the rounded ones add up to the rounded sum, each off by less than one last place.

    Rounding each on its own would let a column of parts miss its total by a few last places, and a reader who
    checks the sum would rightly mistrust the picture. Largest remainders go up (Hamilton's method).
    """
    if not all(map(math.isfinite, values)):
        return list(values)
    scale = 10**decimals
    whole = [math.floor(value * scale) for value in values]
    missing = round(round(math.fsum(values), decimals) * scale) - sum(whole)
    by_remainder = sorted(range(len(values)), key=lambda index: whole[index] - values[index] * scale)
    for index in by_remainder[:missing]:
        whole[index] += 1
    return [units / scale for units in whole]
