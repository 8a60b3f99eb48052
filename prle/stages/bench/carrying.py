"""Say in plain words who carries what a model says: labels of examples, or what all experts share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.metrics.promise import CARRIES
from prle.stages.common.writing import percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prle.config import VotersName
    from prle.stages.bench.interface import BenchRow
    from prle.stages.bench.measuring import Result

_NEARER: Final = 0.1
"""Cosine by which carriers have to be nearer than both chance and the score alone, to be about the same thing."""

_CARRIERS: Final[Mapping[VotersName, str]] = {
    "examples": "labels of examples",
    "prototypes": "labels of its anchors",
    "none": "labels of its anchors",
}
_ELSE: Final[Mapping[VotersName, str]] = {
    "examples": "what differs between an input and its examples makes the rest",
    "prototypes": "what differs between an input and its anchors makes the rest",
    "none": "what all experts share makes its predictions, prototypes do not carry them",
}
"""What makes predictions where labels do not."""


def carrying(model: Result, results: Sequence[Result]) -> list[str]:
    """Return a sentence on who carries the predictions of a model, and one on its anchors beside random ones."""
    row, voters = model.row, model.voters
    if voters is None or row.carried is None or row.told is None:
        return []
    carriers = _CARRIERS[voters]
    carried = f"{carriers[0].upper()}{carriers[1:]} carry {_share(row.carried)} of what {row.name} says"
    told = f"five prototypes tell {_share(row.told)}"
    rest = _content(row) if row.carried >= CARRIES else _ELSE[voters]
    return [f"{carried}, {told}; {rest}", *_anchors(row, results)]


def _content(row: BenchRow) -> str:
    """Say whether those who weigh most are about what an input is about."""
    content, chance, score = (float(each or 0.0) for each in (row.content, row.content_chance, row.content_score_only))
    same = content - max(chance, score) >= _NEARER
    about = "are about the same thing" if same else "are hardly nearer in content than others"
    beside = f"{chance:z.2f} by chance, {score:z.2f} by the score alone"
    return f"its heaviest examples {about} (cosine {content:z.2f}; {beside})"


def _anchors(row: BenchRow, results: Sequence[Result]) -> list[str]:
    """Set what a model with chosen anchors promises beside what it would with random ones, where they were compared."""
    return [
        f"With chosen anchors labels carry {_promised(row)}; with random ones {_promised(each.row)}"
        for each in results
        if each.row.ablates == row.name and each.row.change == "random anchors"
    ]


def _promised(row: BenchRow) -> str:
    figures = ((row.carried, ""), (row.told, " told by five prototypes"), (row.anchored, " by the anchors alone"))
    return ", ".join(f"{_share(float(share or 0.0))}{words}" for share, words in figures)


def _share(share: float) -> str:
    """Return an R2 as a percentage; of less than nothing, no more than that."""
    return percent(share) if share > 0.0 else "nothing"
