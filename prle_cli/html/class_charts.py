"""The charts that only classes have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prle_cli.html.marks import element, percentage

if TYPE_CHECKING:
    from markupsafe import Markup

    from prle.stages.report.interface import Confusion

DEPTHS: Final = 6
"""Steps of the colour of a cell; the style sheet has one for each."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Rows of one class that are predicted as one.

    :param depth: the class of its colour: ``d0`` for no row of the class, ``d5`` for all of them.
    :param right: whether the two are the same class.
    """

    rows: int
    depth: str
    right: bool


@dataclass(frozen=True, kw_only=True)
class MatrixLine:
    """The rows of one true class, or of all others together."""

    name: str
    cells: tuple[Cell, ...]
    rows: int


def matrix(found: Confusion) -> list[MatrixLine]:
    """Return a confusion matrix line by line; how deep a cell is coloured goes by its share of the line."""
    names = matrix_names(found)
    return [
        MatrixLine(
            name=name,
            cells=tuple(
                Cell(rows=rows, depth=f"d{_depth(rows, sum(counts))}", right=across == down)
                for across, rows in enumerate(counts)
            ),
            rows=sum(counts),
        )
        for down, (name, counts) in enumerate(zip(names, found.counts, strict=True))
    ]


def matrix_names(found: Confusion) -> list[str]:
    """Return what the lines and columns of a matrix are called."""
    return [*found.classes, *([f"{found.others} others"] if found.others else [])]


def share_bar(share: float, shade: str, every: float | None = None) -> Markup:
    """Draw a share of one as a bar in the colour of its class; a tick marks the share in all rows."""
    bar = element("rect", width=percentage(min(1.0, max(0.0, share))), height="100%", rx=2, class_=shade)
    if every is None:
        return element("svg", bar, class_="class-bar", aria_hidden="true")
    at = percentage(every)
    tick = element("line", x1=at, x2=at, y1="-20%", y2="120%", class_="tick")
    return element("svg", bar, tick, class_="class-bar", aria_hidden="true")


def swatch(shade: str) -> Markup:
    """Draw the colour of a class."""
    return element("svg", element("circle", cx="50%", cy="50%", r=5, class_=shade), class_="swatch", aria_hidden="true")


def _depth(rows: int, total: int) -> int:
    """Return how deep a cell is coloured: any row at all can be seen."""
    return math.ceil((DEPTHS - 1) * rows / total) if total else 0
