"""How a model was fitted: its validation figures and its losses as curves over the epochs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.style import Style
from rich.table import Column, Table
from rich.text import Text

from prle_cli.terminal.console import ACCENT, BEST, MODEL, MUTED, TITLE, TRUTH, WARNING, safe
from prle_cli.views.common.cells import ByWidth
from prle_cli.views.common.chart import Chart, Mark, Point
from prle_cli.views.common.figures import choice, choice_name, choice_shown, error, fixed, score_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from prle.observer import EpochRecord
    from prle.stages.info.interface import HistoryReport

_PHASES: Final = {
    "start": Mark("□", "s", MUTED),
    "geometry": Mark("○", "g", ACCENT),
    "experts": Mark("●", "e", TRUTH),
    "joint": Mark("●", "j", MODEL),
    "ridge": Mark("▲", "r", WARNING),
}
_OTHER: Final = Mark("■", "x", Style())
_KEPT: Final = Mark("★", "*", BEST)

_LABELS: Final = 10
"""Cells beside a chart that its labels may take."""

_GAP: Final = 2
_TALL: Final = 8
_SHORT: Final = 4
_SMALL: Final = 36
"""Cells that a chart needs, the gap beside it included."""


def view(report: HistoryReport) -> RenderableType:
    """Show the validation figures large, the losses small, every epoch by its phase, and the kept one as a star."""
    if not report.epochs:
        return Text.assemble(
            "Model ", (safe(report.model), TITLE), " has no epochs: nothing in it was trained by steps."
        )
    return Group(_headline(report), _Legend(report), Text(), ByWidth(partial(_charts, report)))


def _headline(report: HistoryReport) -> Text:
    start, kept, last = report.epochs[0], _kept(report), report.epochs[-1]
    line = Text.assemble(
        "Model ", (safe(report.model), TITLE), f": {choice_name(kept)} {choice_shown(start)} at first, "
    )
    line.append(f"{choice_shown(kept)} kept (epoch {kept.epoch} of {last.epoch})", BEST)
    return line.append(f", {choice_shown(last)} at last.")


@dataclass(frozen=True)
class _Legend:
    """What the signs mean, of the phases that there were."""

    report: HistoryReport

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text()
        phases = dict.fromkeys(record.phase for record in self.report.epochs)
        kept = (f"kept ({_kept(self.report).phase})", _KEPT)
        for name, mark in [*((phase, _PHASES.get(phase, _OTHER)) for phase in phases), kept]:
            line.append(mark.plain if options.ascii_only else mark.sign, mark.style)
            line.append(f" {safe(name)}   ", MUTED)
        line.rstrip()
        yield line


def _charts(report: HistoryReport, width: int) -> RenderableType:
    """Draw all charts on one horizontal axis; the large ones side by side where every epoch still has a cell."""
    first, last = report.epochs[0].epoch, report.epochs[-1].epoch
    chart = partial(Chart, span=(first, last), line=MUTED)
    score, chosen = score_name(report.epochs[0]), choice_name(report.epochs[0])
    direction = "more" if report.epochs[0].of_texts else "less"
    figures = [
        chart(title=title, points=_points(report, value), height=_TALL, write=write)
        for title, value, write in (
            (f"validation {chosen}, {direction} is better", choice, error),
            (f"validation {score}, more is better", lambda record: record.score, _four_decimals),
        )
    ]
    names = dict.fromkeys(name for record in report.epochs for name in record.losses)
    losses = [
        chart(title=_loss_title(report, name), points=_points(report, _loss(name)), height=_SHORT, write=_two_figures)
        for name in sorted(names, key=lambda name: name != "task")
    ]
    aside = width >= 2 * _SMALL and last - first < width // 2 - _LABELS
    heading = [Text(), Text("Losses, each on a scale of its own", style=TITLE), Text()] if losses else []
    return Group(_grid(figures, 2 if aside else 1, width), *heading, _grid(losses, max(1, width // _SMALL), width))


def _grid(charts: Sequence[Chart], columns: int, width: int) -> Table:
    """Set charts in rows of as many columns, all equally wide."""
    each = (width - _GAP * (columns - 1)) // columns
    grid = Table.grid(*(Column(width=each) for _ in range(columns)), padding=(0, _GAP))
    for start in range(0, len(charts), columns):
        if start:
            grid.add_row()
        grid.add_row(*charts[start : start + columns])
    return grid


def _points(report: HistoryReport, value: Callable[[EpochRecord], float | None]) -> list[Point]:
    """Return a point for each epoch that has the value."""
    points = []
    for record in report.epochs:
        found = value(record)
        if found is not None:
            mark = _KEPT if record.epoch == report.best_epoch else _PHASES.get(record.phase, _OTHER)
            points.append(Point(record.epoch, found, mark))
    return points


def _loss(name: str) -> Callable[[EpochRecord], float | None]:
    return lambda record: record.losses.get(name)


def _loss_title(report: HistoryReport, name: str) -> str:
    """Return a loss with its way: ``task, 0.288 to 0.09``."""
    values = [record.losses[name] for record in report.epochs if name in record.losses]
    return f"{safe(name)}, {values[0]:.3g} to {values[-1]:.3g}"


def _kept(report: HistoryReport) -> EpochRecord:
    return next(record for record in report.epochs if record.epoch == report.best_epoch)


def _four_decimals(value: float) -> str:
    return fixed(value, 4)


def _two_figures(value: float) -> str:
    return f"{value:.2g}"
