"""Draw what `benchmarks/scale.py --records` wrote: CPU seconds and peak memory of each stage, on log-log axes.

``python -m benchmarks.plot_scale scale.json docs/scaling.svg`` draws a panel for each of the two; a line is a stage, a
dashed one of the same colour its floor. The picture follows the colours of the reader's screen, dark or light.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from prle_cli.html.marks import element, together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH: Final = 440
HEIGHT: Final = 320
LEFT: Final = 64
TOP: Final = 48
BOTTOM: Final = 48
RIGHT: Final = 72
"""Pixels of a panel, and of what stands around its plot."""

APART: Final = 14
"""Pixels between two labels at the ends of lines."""

STAGES: Final = ("fit", "predict", "commit", "copy")
STYLE: Final = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 } .quiet { fill: #57606a }
.grid { stroke: #d0d7de; stroke-width: 1 } .line { fill: none; stroke-width: 2 }
.floor { fill: none; stroke-width: 1.5; stroke-dasharray: 4 4; opacity: .75 }
.fit { stroke: #0b63b5 } .predict { stroke: #137a5c } .commit { stroke: #b3541e } .copy { stroke: #7d4fb3 }
text.fit, text.predict, text.commit, text.copy { stroke: none }
text.fit { fill: #0b63b5 } text.predict { fill: #137a5c } text.commit { fill: #b3541e } text.copy { fill: #7d4fb3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .quiet { fill: #9198a1 } .grid { stroke: #3d444d }
  .fit { stroke: #79c0ff } .predict { stroke: #56d4a8 } .commit { stroke: #ffa657 } .copy { stroke: #d2a8ff }
  text.fit { fill: #79c0ff } text.predict { fill: #56d4a8 } text.commit { fill: #ffa657 } text.copy { fill: #d2a8ff }
}
"""

Points = list[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Lines on two logarithmic axes.

    :param lines: of each stage, what was measured by the number of rows.
    :param floors: likewise, what the stage takes at least.
    :param ticks: of the vertical axis, with what is written beside them; the first and the last are its ends.
    """

    title: str
    lines: dict[str, Points]
    floors: dict[str, Points]
    ticks: Sequence[tuple[float, str]]

    def drawn(self) -> Iterator[Markup]:
        """Yield the marks, the grid first."""
        yield element("text", self.title, x=LEFT, y=TOP - 20, class_="title")
        for value, name in self.ticks:
            y = self._y(value)
            yield element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid")
            yield element("text", name, x=LEFT - 8, y=y + 4, text_anchor="end", class_="quiet")
        for rows in self._rows:
            x = self._x(rows)
            yield element("line", x1=x, x2=x, y1=TOP, y2=HEIGHT - BOTTOM, class_="grid")
            yield element("text", f"{rows:,.0f}", x=x, y=HEIGHT - BOTTOM + 18, text_anchor="middle", class_="quiet")
        yield element("text", "rows", x=(LEFT + WIDTH - RIGHT) / 2, y=HEIGHT - 8, text_anchor="middle", class_="quiet")
        for stage, points in self.floors.items():
            yield element("polyline", points=self._path(points), class_=f"floor {stage}")
        for stage, points in self.lines.items():
            yield element("polyline", points=self._path(points), class_=f"line {stage}")
        for stage, y in self._names():
            yield element("text", stage, x=WIDTH - RIGHT + 8, y=y + 4, class_=stage)

    @property
    def _rows(self) -> list[float]:
        return sorted({rows for points in self.lines.values() for rows, _ in points})

    def _names(self) -> Iterator[tuple[str, float]]:
        """Yield where each line is named, at its end, with room between two names."""
        free = math.inf
        for stage, points in sorted(self.lines.items(), key=lambda each: each[1][-1][1]):
            free = min(self._y(points[-1][1]), free - APART)
            yield stage, free

    def _path(self, points: Points) -> str:
        return " ".join(f"{self._x(rows):.1f},{self._y(value):.1f}" for rows, value in points)

    def _x(self, rows: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * _share(rows, self._rows[0], self._rows[-1])

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _share(value, self.ticks[0][0], self.ticks[-1][0])


def main() -> None:
    """Draw one file from the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("picture", type=Path)
    said = parser.parse_args()
    said.picture.write_text(picture(json.loads(said.records.read_text())))


def picture(records: Sequence[dict[str, float | str]]) -> str:
    """Return an SVG of the records whose rows grow."""

    def lines(name: str) -> dict[str, Points]:
        grown = [one for one in records if one["grows"] == "rows" and one[name]]
        found: dict[str, Points] = {}
        for one in sorted(grown, key=lambda one: STAGES.index(str(one["stage"]))):
            found.setdefault(str(one["stage"]), []).append((float(one["rows"]), float(one[name])))
        return found

    seconds = Panel(
        title="CPU seconds (dashed: the floor of a fit and of a prediction)",
        lines=lines("cpu"),
        floors={stage: points for stage, points in lines("floor").items() if stage in ("fit", "predict")},
        ticks=[(10.0**power, f"{10.0**power:,g}") for power in range(-3, 5)],
    )
    memory = Panel(
        title="Peak memory",
        lines=lines("peak"),
        floors={},
        ticks=[(2.0**power * 2**30, _bytes(2.0**power)) for power in range(-4, 6)],
    )
    width = 2 * WIDTH
    second = element("g", together(memory.drawn()), transform=f"translate({WIDTH} 0)")
    style = element("style", Markup(STYLE))
    drawn = element(
        "svg",
        style,
        together(seconds.drawn()),
        second,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {HEIGHT}",
        role="img",
        aria_label="CPU seconds and peak memory of each stage as rows grow, on log-log axes",
    )
    return f"{drawn}\n"


def _share(value: float, first: float, last: float) -> float:
    """Return where a value stands between two others, by their logarithms."""
    return (math.log(value) - math.log(first)) / (math.log(last) - math.log(first))


def _bytes(gibibytes: float) -> str:
    return f"{gibibytes:g} GiB" if gibibytes >= 1 else f"{gibibytes * 1024:g} MiB"


if __name__ == "__main__":
    main()
