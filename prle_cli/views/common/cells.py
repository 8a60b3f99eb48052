"""Small pictures that know the width they are given: folded texts, weight bars, a label scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich import box
from rich.cells import cell_len
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

from prle.stages.common.writing import SYNTHETIC
from prle_cli.terminal.console import ACCENT, MODEL, MUTED, TITLE, TRUTH, WARNING, safe
from prle_cli.views.common.figures import fixed, label_decimals, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.style import Style

WIDEST: Final = 120
"""More columns than this make a picture of texts harder to read, not easier."""

_EIGHTHS: Final = "▏▎▍▌▋▊▉"


@dataclass(frozen=True)
class Folded:
    """A user's texts, one below the other, each cut with an ellipsis after ``lines`` lines; a brace holds a pair."""

    texts: tuple[str, ...]
    lines: int = 2

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        margin = self._margin()
        top, side, bottom = ("- ", "  ", "- ") if options.ascii_only else ("╭ ", "│ ", "╰ ")
        for position, text in enumerate(self.texts):
            folded = _fold(console, text, self.lines, options.max_width - margin)
            if not margin:
                yield folded
                continue
            is_last = position == len(self.texts) - 1
            lead = bottom if is_last else top if position == 0 else side
            for line in folded.split("\n"):
                yield Text.assemble((lead, MUTED), line)
                lead = "  " if is_last else side

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = self._margin() + max((cell_len(safe(text)) for text in self.texts), default=0)
        return Measurement(min(12, widest), widest).with_maximum(options.max_width)

    def _margin(self) -> int:
        return 2 if len(self.texts) > 1 else 0


def _fold(console: Console, text: str, lines: int, width: int) -> Text:
    line = safe(text)
    wrapped = [part.plain.rstrip() for part in Text(line).wrap(console, max(1, width))]
    if len(wrapped) > lines:
        shown = 0
        for part in wrapped[: lines - 1]:
            shown = line.index(part, shown) + len(part)
        rest = Text(line[shown:].lstrip())
        rest.truncate(max(1, width), overflow="ellipsis")
        wrapped[lines - 1 :] = [rest.plain]
    return Text("\n".join(wrapped))


@dataclass(frozen=True)
class Bar:
    """A share of one as a bar of ``width`` cells, to an eighth of a cell."""

    share: float
    width: int = 8
    style: Style = ACCENT

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        eighths = round(min(1.0, max(0.0, self.share)) * self.width * 8)
        if options.ascii_only:
            yield Text("#" * round(eighths / 8), style=self.style)
        else:
            part = _EIGHTHS[eighths % 8 - 1] if eighths % 8 else ""
            yield Text("█" * (eighths // 8) + part, style=self.style)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(self.width, self.width)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A prediction, its interval, and where it is known the truth, in figures and as marks on the range of the labels.

    Without an interval the line is drawn up to the prediction.
    """

    name: str
    label_range: tuple[float, float]
    prediction: float
    truth: float | None
    interval: tuple[float, float] | None = None
    level: float | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        decimals = label_decimals(self.label_range)
        filled, empty, start, end, opens, closes = "=-||[]" if options.ascii_only else "━─├┤┣┫"
        at, true, both = "o*@" if options.ascii_only else "●◇◈"
        legend = Text.assemble((safe(self.name), TITLE), "   ", (at, MODEL), (" predicted ", MUTED))
        legend.append(fixed(self.prediction, decimals + 1), MODEL)
        low, high = (fixed(end_value, decimals) for end_value in self.label_range)
        width = max(2, options.max_width - cell_len(low) - cell_len(high) - 4)
        predicted = self._place(self.prediction, width)
        first, last = (self._place(bound, width) for bound in self.interval) if self.interval else (0, predicted)
        cells = [(filled, ACCENT) if first <= place <= last else (empty, MUTED) for place in range(width)]
        if self.interval is not None and self.level is not None:
            cells[first], cells[last] = (opens, ACCENT), (closes, ACCENT)
            bounds = " to ".join(fixed(bound, decimals) for bound in self.interval)
            legend += Text.assemble(("   " + opens + closes, ACCENT), (f" {percent(self.level)} ", MUTED), bounds)
        cells[predicted] = (at, MODEL)
        if self.truth is not None:
            actual = self._place(self.truth, width)
            cells[actual] = (both if actual == predicted else true, TRUTH)
            legend += Text.assemble(("   " + true, TRUTH), (" true ", MUTED), (fixed(self.truth, decimals), TRUTH))
        yield legend
        yield Text.assemble((low, MUTED), " ", start, *cells, end, " ", (high, MUTED))

    def _place(self, value: float, width: int) -> int:
        low, high = self.label_range
        share = (value - low) / (high - low) if high > low else 0.5
        return round(min(1.0, max(0.0, share)) * (width - 1))


@dataclass(frozen=True)
class ByWidth:
    """A picture that is laid out only when it knows how much room there is."""

    build: Callable[[int], RenderableType]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.build(options.max_width)


def table(*columns: Column, title: str | None = None, footed: bool = False) -> Table:
    """Return an empty table in the one style of prle: a rule under the heads and above a foot, no cage."""
    return Table(
        *columns,
        box=box.SIMPLE,
        title=Text(title, style=TITLE) if title else None,
        title_justify="left",
        header_style=MUTED,
        footer_style=TITLE,
        show_footer=footed,
        pad_edge=False,
        show_edge=False,
        padding=(0, 1),
        collapse_padding=True,
    )


def figure(header: str, style: Style | str = "", *, foot: str = "") -> Column:
    """Return a column of aligned numbers that never wraps."""
    return Column(Text(header), Text(foot), justify="right", no_wrap=True, style=style)


def words(header: str, style: Style | str = "", *, foot: str = "") -> Column:
    """Return a column of texts that takes what room is left."""
    return Column(Text(header), Text(foot), justify="left", overflow="fold", style=style)


def told(label: float, decimals: int, style: Style | str = "", *, edited: bool) -> Text:
    """Return the label of a training row, starred where `prle edit` told the model another one than the data have."""
    return Text.assemble(("*" if edited else "", WARNING), (fixed(label, decimals), style))


def facts(pairs: Iterable[tuple[str, RenderableType]]) -> Table:
    """Return names and values in two columns, for a summary at a glance."""
    grid = Table.grid(Column(style=MUTED, no_wrap=True), Column(overflow="fold"), padding=(0, 2))
    for name, value in pairs:
        grid.add_row(Text(name), Text(safe(value)) if isinstance(value, str) else value)
    return grid


def synthetic_notice(*, synthetic: bool) -> list[RenderableType]:
    """Warn where the data were made up by prle, so that no figure is taken for a result."""
    if not synthetic:
        return []
    return [Text(), Text(SYNTHETIC, WARNING)]
