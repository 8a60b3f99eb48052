"""The models beside ordinary methods: who is best at what, by how much, and whether that is more than luck."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.console import Group
from rich.text import Text

from prle.metrics.numbers import FIGURES
from prle_cli.terminal.console import BEST, MODEL, MUTED, TITLE, safe
from prle_cli.views.bench.ablations import details
from prle_cli.views.common.cells import ByWidth, figure, table, words
from prle_cli.views.common.figures import UNKNOWN, duration, error, fixed, rate, signed, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.bench.interface import BenchReport, BenchRow, ScoreName

_GAP: Final = 2
"""Cells between two columns."""

_MARKS: Final = {"model": "●", "ablation": "○", "baseline": ""}
_LEGEND: Final = "● model   ○ model with a part left out   * best of its column"


@dataclass(frozen=True)
class _Measure:
    """One column of figures, and which end of it is the good one."""

    head: str
    of: Callable[[BenchRow], float | None]
    write: Callable[[float | None], str]
    best: Callable[[Iterable[float]], float]

    def winner(self, rows: Sequence[BenchRow]) -> float:
        """Return the best finite value of the column, or NaN (which equals nothing)."""
        finite = [value for row in rows if (value := self.of(row)) is not None and math.isfinite(value)]
        return self.best(finite) if finite else math.nan

    def cell(self, row: BenchRow, winner: float) -> Text:
        """Return the figure; the winner bold, and starred for those who see no colours."""
        value = self.of(row)
        written = self.write(value)
        return Text(f"{written}*", style=BEST) if value == winner else Text(f"{written} ")


def _known(write: Callable[[float], str]) -> Callable[[float | None], str]:
    """Let what writes a figure say where there is none."""
    return lambda value: UNKNOWN if value is None else write(value)


_QUALITY: Final[Mapping[ScoreName, tuple[_Measure, ...]]] = {
    "pearson": (
        _Measure("Pearson ", lambda row: row.pearson, lambda value: fixed(value, 4), max),
        _Measure("Spearman ", lambda row: row.spearman, lambda value: fixed(value, 4), max),
        _Measure("RMSE ", lambda row: row.rmse, error, min),
        _Measure("R² ", lambda row: row.r2, lambda value: fixed(value, 4), max),
    ),
    "accuracy": (
        _Measure("accuracy ", lambda row: row.accuracy, lambda value: fixed(value, 4), max),
        _Measure("AUC ", lambda row: row.auc, lambda value: fixed(value, 4), max),
        _Measure("log loss ", lambda row: row.log_loss, lambda value: fixed(value, 4), min),
        _Measure("macro F1 ", lambda row: row.macro_f1, lambda value: fixed(value, 4), max),
    ),
}
_COST: Final = (
    _Measure("fit ", lambda row: row.fit_seconds, _known(duration), min),
    _Measure("rows a second ", lambda row: row.predict_rows_per_second, _known(rate), max),
    _Measure("size ", lambda row: row.size_bytes, _known(size), min),
)


def view(report: BenchReport) -> RenderableType:
    """Show every method with the best of each column marked, and the verdict below."""
    split = report.rows[0].split if report.rows else "no"
    headline = Text.assemble((safe(report.dataset), TITLE), f", {split} split, on {safe(report.encoder)}")
    score = FIGURES[report.score_name].title
    against = f"Difference in {score} to {safe(report.best_baseline)}, with its paired 95 % interval."
    legend = Text("\n".join([_LEGEND, against] if report.best_baseline else [_LEGEND]), MUTED)
    verdict = Text(safe(report.verdict), style=TITLE)
    tables = ByWidth(partial(_tables, report))
    return Group(headline, Text(), tables, legend, *details(report), Text(), verdict)


def _tables(report: BenchReport, width: int) -> RenderableType:
    """Set everything side by side where there is room; else cost, then differences, below, so that no name breaks."""
    rows = report.rows
    quality, cost = _columns(rows, _QUALITY[report.score_name]), _columns(rows, _COST)
    difference = {"difference": [_difference(row) for row in rows]} if report.best_baseline else {}
    for tables in ([quality | difference | cost], [quality | difference, cost]):
        if all(_room(rows, columns) <= width for columns in tables):
            return _stacked([_table(rows, columns) for columns in tables])
    compared = [row for row in rows if row.difference is not None]
    differences = [_table(compared, {"difference": [_difference(row) for row in compared]})] if compared else []
    return _stacked([_table(rows, quality), *differences, _table(rows, cost)])


def _room(rows: Sequence[BenchRow], columns: dict[str, list[Text]]) -> int:
    """Return how wide a table of these columns is with every name on one line."""
    names = max((cell_len(safe(row.name)) for row in rows), default=0)
    figures = (max(cell_len(head), *(cell.cell_len for cell in column)) for head, column in columns.items() if column)
    return 1 + _GAP + names + sum(_GAP + figure for figure in figures)


def _stacked(tables: Sequence[Table]) -> Group:
    return Group(*(part for methods in tables for part in (methods, Text())))


def _columns(rows: Sequence[BenchRow], measures: Sequence[_Measure]) -> dict[str, list[Text]]:
    winners = [measure.winner(rows) for measure in measures]
    return {
        measure.head: [measure.cell(row, winner) for row in rows]
        for measure, winner in zip(measures, winners, strict=True)
    }


def _table(rows: Sequence[BenchRow], columns: dict[str, list[Text]]) -> Table:
    """Set the columns beside the names, with a gap between our models and the baselines."""
    methods = table(figure("", MODEL), words("method"), *map(figure, columns))
    ours = [row.kind != "baseline" for row in rows]
    for place, row in enumerate(rows):
        name = Text(safe(row.name), style=MODEL if ours[place] else "")
        last_of_ours = ours[place] and ours[place + 1 : place + 2] == [False]
        methods.add_row(
            _MARKS[row.kind], name, *(column[place] for column in columns.values()), end_section=last_of_ours
        )
    return methods


def _difference(row: BenchRow) -> Text:
    """Return the difference and its interval; bold where the interval leaves out zero."""
    if row.difference is None:
        return Text()
    value, low, high = row.difference
    written = f"{signed(value, 3)} [{signed(low, 3)}, {signed(high, 3)}]"
    return Text(written, style=TITLE if low > 0 or high < 0 else "")
