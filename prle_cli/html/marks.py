"""SVG as nested functions: escaped elements, and positions that stretch with the page.

Positions are percentages, sizes are pixels: a chart fills whatever width it has, and its dots and digits stay as
large as they are on any screen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from prle_cli.terminal.console import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHADES: Final = 9
"""Steps of the colour scale of labels; the style sheet has a colour for each."""

_DIAMOND: Final = "M0-5.5 5.5 0 0 5.5-5.5 0Z"
_NICE: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def element(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """Return ``<name ...>children</name>``, with everything escaped that is not markup already.

    :param attributes: ``class_`` and ``text_anchor`` become ``class`` and ``text-anchor``; None is left out.
    """
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), harmless(value))
        for key, value in attributes.items()
        if value is not None
    )
    content = Markup("").join(harmless(child) for child in children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, content)  # noqa: S704 - names of elements are ours


def harmless(value: object) -> Markup:
    """Return what may stand in a page: markup as it is, any other text escaped and without controls."""
    return value if isinstance(value, Markup) else escape(safe(str(value)))


def lines(*texts: str) -> Markup:
    """Return texts below each other, as the title of a mark shows them."""
    return Markup("\n").join(harmless(text) for text in texts)


def together(marks: Iterable[Markup]) -> Markup:
    """Return marks in the order in which they are painted."""
    return Markup("").join(marks)


def shade(value: float, label_range: tuple[float, float]) -> str:
    """Return the class of the colour of a label, ``s0`` for the lowest to ``s8`` for the highest."""
    low, high = label_range
    share = (value - low) / (high - low) if high > low else 0.5
    return f"s{min(SHADES - 1, max(0, math.floor(share * SHADES)))}"


@dataclass(frozen=True)
class Axis:
    """Values from ``low`` to ``high`` on a line of the page; ``down`` where it begins at the bottom."""

    low: float
    high: float
    down: bool = False

    @classmethod
    def around(cls, values: Sequence[float], *, down: bool = False, margin: float = 0.04) -> Axis:
        """Return an axis that holds all values and leaves a margin at both ends."""
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        room = (high - low) * margin or 0.5
        return cls(low - room, high + room, down)

    def at(self, value: float) -> str:
        """Return where a value is, as a percentage of the line."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return percentage(1.0 - share if self.down else share)

    def ticks(self, about: int = 5) -> list[float]:
        """Return round values on the axis, about so many of them."""
        span = self.high - self.low
        if not (math.isfinite(span) and span > 0):
            return [self.low]
        power = 10.0 ** math.floor(math.log10(span / about))
        step = next(power * nice for nice in _NICE if power * nice >= span / about * 0.999)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [number * step for number in range(first, last + 1)]


def percentage(share: float) -> str:
    """Return a share of a line as SVG writes it."""
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + "%"


def diamond(x: str, y: str, kind: str) -> Markup:
    """Return a diamond around a point."""
    return element("svg", element("path", d=_DIAMOND, class_=kind), x=x, y=y, overflow="visible")
