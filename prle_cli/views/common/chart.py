"""Curves in a terminal: points joined by lines of braille dots, on an axis that says its ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.measure import Measurement
from rich.text import Text

from prle_cli.terminal.console import MUTED, TITLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.style import Style

_ACROSS: Final = 2
_DOWN: Final = 4
"""Braille dots in a cell, across and down."""

_DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot, by column and row of the cell."""

_BRAILLE: Final = 0x2800
_LABEL: Final = 6
"""Cells of the labels of the vertical axis, so that charts one above the other share their horizontal one."""

_FLAT: Final = 50
"""Where the second half of a curve covers less than one part in so many of the axis, the axis is cut."""

_ROOM: Final = 4
"""A cut axis reaches so many times that half's range beyond it."""

_WIDEST_STEP: Final = 8
"""More cells than this between two points make a curve flatter, not clearer."""


@dataclass(frozen=True)
class Mark:
    """How a point looks: a sign, one for terminals without Unicode, and a style."""

    sign: str
    plain: str
    style: Style


@dataclass(frozen=True)
class Point:
    """One value of a curve at a whole number, such as a loss at an epoch."""

    at: int
    value: float
    mark: Mark


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A curve under its title, at most as wide as its room; points that are not finite are left out.

    :param points: in order of ``at``.
    :param span: the first and the last place of the horizontal axis, so that charts can share one.
    :param height: lines of the curve itself.
    :param write: how a value is written at the ends of the vertical axis.
    """

    title: str
    points: Sequence[Point]
    span: tuple[int, int]
    height: int
    write: Callable[[float], str]
    line: Style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        points = [point for point in self.points if math.isfinite(point.value)]
        yield Text(self.title, style=TITLE)
        if not points:
            yield Text("no figures", style=MUTED)
            return
        values = [point.value for point in points]
        low, high = _shown(values)
        over, under = ("> ", "< ") if options.ascii_only else ("≥", "≤")
        labels = {
            0: (over if max(values) > high else "") + self.write(high),
            self.height - 1: (under if min(values) < low else "") + self.write(low),
        }
        margin = max(_LABEL, *map(cell_len, labels.values()))
        width = self._width(options.max_width - margin - 1)
        canvas = _Canvas(self, points, (low, high), width, ascii_only=options.ascii_only)
        tick, side, corner, floor = "+|+-" if options.ascii_only else "┤│└─"
        for row in range(self.height):
            label = labels.get(row, "")
            edge = tick if row in labels else side
            yield Text.assemble((f"{label:>{margin}} {edge}", MUTED), *canvas.row(row))
        yield Text(f"{'':{margin}} {corner}{floor * canvas.width}", style=MUTED)
        yield Text(f"{'':{margin}}  {canvas.scale()}".rstrip(), style=MUTED)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(options.max_width, options.max_width)

    def _width(self, room: int) -> int:
        """Return the cells of the horizontal axis: all there are, unless that would only flatten the curve."""
        return max(2, min(room - len(str(self.span[1])), (self.span[1] - self.span[0]) * _WIDEST_STEP + 1))


class _Canvas:
    """The cells of one chart: dots first, the marks of the points over them."""

    def __init__(
        self, chart: Chart, points: Sequence[Point], shown: tuple[float, float], width: int, *, ascii_only: bool
    ) -> None:
        self.width = width
        self._chart, self._ascii = chart, ascii_only
        self._low, self._high = shown
        self._dots: dict[tuple[int, int], int] = {}
        self._marks: dict[tuple[int, int], Mark] = {}
        if not ascii_only:
            for one, other in pairwise(points):
                self._join(one, other)
        for point in points:
            self._marks[self._column(point.at), self._row(point.value)] = point.mark

    def row(self, row: int) -> Iterator[tuple[str, Style]]:
        """Yield the cells of a line with their styles."""
        for column in range(self.width):
            mark = self._marks.get((column, row))
            if mark is not None:
                yield (mark.plain if self._ascii else mark.sign), mark.style
            else:
                bits = self._dots.get((column, row), 0)
                yield (chr(_BRAILLE + bits) if bits else " "), self._chart.line

    def scale(self) -> str:
        """Return the numbers below the horizontal axis: its ends, and between them as many as stand apart."""
        first, last = self._chart.span
        room = len(str(last)) + 3
        every = next(step for step in _round_steps() if self._column(first + step) >= room or step >= last - first)
        cells = [" "] * (self.width + room)
        for number in (*range(first, last, every), last):
            at = self._column(number)
            if number == last or at + room <= self._column(last):
                cells[at : at + len(str(number))] = str(number)
        return "".join(cells)

    def _column(self, at: int) -> int:
        first, last = self._chart.span
        return round((at - first) * (self.width - 1) / max(1, last - first))

    def _row(self, value: float) -> int:
        """Return the line of a value; what lies beyond the axis stands on its end."""
        if self._high <= self._low:
            return self._chart.height - 1
        share = (min(max(value, self._low), self._high) - self._low) / (self._high - self._low)
        return self._chart.height - 1 - round(share * (self._chart.height - 1))

    def _join(self, one: Point, other: Point) -> None:
        """Draw the straight line between the middles of two points' cells, dot by dot."""
        start, end = self._place(one), self._place(other)
        steps = max(1, abs(end[0] - start[0]), abs(end[1] - start[1]))
        for step in range(steps + 1):
            share = step / steps
            x, y = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
            place = x // _ACROSS, y // _DOWN
            self._dots[place] = self._dots.get(place, 0) | _DOTS[x % _ACROSS][y % _DOWN]

    def _place(self, point: Point) -> tuple[int, int]:
        """Return a point in dots from the upper left corner."""
        return self._column(point.at) * _ACROSS, self._row(point.value) * _DOWN + _DOWN // 2


def _shown(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the vertical axis: all values, or less where a few far ones would flatten all the others."""
    low, high = min(values), max(values)
    late = values[len(values) // 2 :]
    late_range = max(late) - min(late)
    if not 0 < late_range * _FLAT < high - low:
        return low, high
    return max(low, min(late) - _ROOM * late_range), min(high, max(late) + _ROOM * late_range)


def _round_steps() -> Iterator[int]:
    """Yield 1, 2, 5, 10, 20, 50, ..."""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10
