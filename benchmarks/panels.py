"""Panels of lines side by side as one SVG, which follows the colours of the reader's screen, dark or light."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from prle_cli.html.marks import element, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

WIDTH: Final = 440
HEIGHT: Final = 320
LEFT: Final = 64
TOP: Final = 48
BOTTOM: Final = 48
RIGHT: Final = 72
"""Pixels of a panel, and of what stands around its plot."""

APART: Final = 14
"""Pixels between two labels at the ends of lines."""

LIGHT: Final = ("#0b63b5", "#137a5c", "#b3541e", "#7d4fb3")
DARK: Final = ("#79c0ff", "#56d4a8", "#ffa657", "#d2a8ff")
"""Colours of lines, in the order in which they are named."""

STYLE: Final = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 } .quiet { fill: #57606a }
.grid { stroke: #d0d7de; stroke-width: 1 } .line { fill: none; stroke-width: 2 }
.dashed { fill: none; stroke-width: 1.5; stroke-dasharray: 4 4; opacity: .75 }
text.named { stroke: none }
"""
STYLE_DARK: Final = "text { fill: #e6edf3 } .quiet { fill: #9198a1 } .grid { stroke: #3d444d }"

Points = list[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Lines over a logarithmic axis.

    :param note: what else has to be known of it, below the title.
    :param across: what the horizontal axis counts.
    :param lines: of each name, what was measured by that.
    :param dashed: likewise, what it is to be seen beside.
    :param dots: of each name, points to look at.
    :param ticks: of the vertical axis, with what is written beside them; the first and the last are its ends.
    :param even: whether equal steps of the vertical axis are equal differences; else they are equal ratios.
    """

    title: str
    across: str
    lines: Mapping[str, Points]
    dashed: Mapping[str, Points]
    ticks: Sequence[tuple[float, str]]
    note: str = ""
    dots: Mapping[str, Points] = field(default_factory=dict)
    even: bool = False

    def drawn(self) -> Iterator[Markup]:
        """Yield the marks, the grid first."""
        yield element("text", self.title, x=LEFT, y=TOP - (32 if self.note else 20), class_="title")
        if self.note:
            yield element("text", self.note, x=LEFT, y=TOP - 15, class_="quiet")
        yield from self._grid()
        for name, points in self.dashed.items():
            yield element("polyline", points=self._path(points), class_=f"dashed {name}")
        for name, points in self.lines.items():
            yield element("polyline", points=self._path(points), class_=f"line {name}")
        for name, points in self.dots.items():
            for x, y in points:
                yield element("circle", cx=_tenths(self._x(x)), cy=_tenths(self._y(y)), r=4, class_=f"dot {name}")
        for name, y in self._names():
            yield element("text", name, x=WIDTH - RIGHT + 8, y=_tenths(y + 4), class_=f"named {name}")

    def _grid(self) -> Iterator[Markup]:
        for value, name in self.ticks:
            y = self._y(value)
            yield element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=_tenths(y), y2=_tenths(y), class_="grid")
            yield element("text", name, x=LEFT - 8, y=_tenths(y + 4), text_anchor="end", class_="quiet")
        for counted in self._counted:
            x = _tenths(self._x(counted))
            yield element("line", x1=x, x2=x, y1=TOP, y2=HEIGHT - BOTTOM, class_="grid")
            yield element("text", f"{counted:,.0f}", x=x, y=HEIGHT - BOTTOM + 18, text_anchor="middle", class_="quiet")
        middle = (LEFT + WIDTH - RIGHT) / 2
        yield element("text", self.across, x=middle, y=HEIGHT - 8, text_anchor="middle", class_="quiet")

    @property
    def _counted(self) -> list[float]:
        return sorted({counted for points in self.lines.values() for counted, _ in points})

    def _names(self) -> Iterator[tuple[str, float]]:
        """Yield where each line is named, at its end, with room between two names."""
        free = math.inf
        for name, points in sorted(self.lines.items(), key=lambda each: each[1][-1][1]):
            free = min(self._y(points[-1][1]), free - APART)
            yield name, free

    def _path(self, points: Points) -> str:
        return " ".join(f"{_tenths(self._x(counted))},{_tenths(self._y(value))}" for counted, value in points)

    def _x(self, counted: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * _share(counted, self._counted[0], self._counted[-1], even=False)

    def _y(self, value: float) -> float:
        share = _share(value, self.ticks[0][0], self.ticks[-1][0], even=self.even)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def picture(panels: Sequence[Panel], names: Sequence[str], *, shows: str) -> str:
    """Return an SVG of panels side by side.

    :param names: of lines, at most four, which have a colour each.
    :param shows: what it shows, for those who do not see it.
    """
    drawn = element(
        "svg",
        element("style", Markup(_style(names))),
        *(
            element("g", together(panel.drawn()), transform=f"translate({place * WIDTH} 0)")
            for place, panel in enumerate(panels)
        ),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {len(panels) * WIDTH} {HEIGHT}",
        role="img",
        aria_label=shows,
    )
    return f"{drawn}\n"


def _style(names: Sequence[str]) -> str:
    return (
        f"{STYLE}{_coloured(zip(names, LIGHT, strict=False))}\n"
        f"@media (prefers-color-scheme: dark) {{\n{STYLE_DARK}\n{_coloured(zip(names, DARK, strict=False))}\n}}\n"
    )


def _coloured(colours: Iterable[tuple[str, str]]) -> str:
    return "\n".join(
        f".{name} {{ stroke: {colour} }} text.{name}, .dot.{name} {{ fill: {colour} }}" for name, colour in colours
    )


def _tenths(pixels: float) -> str:
    return f"{pixels:.1f}"


def _share(value: float, first: float, last: float, *, even: bool) -> float:
    """Return where a value stands between two others, by differences or by ratios."""
    if even:
        return (value - first) / (last - first)
    return math.log(value / first) / math.log(last / first)
