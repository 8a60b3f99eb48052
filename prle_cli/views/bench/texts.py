"""Ways to find a text side by side: who is best at what, and what routing and words are worth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle.metrics.rankings import RANKED
from prle_cli.terminal.console import BEST, MODEL, MUTED, TITLE, safe
from prle_cli.views.bench.ablations import ANSWER_STYLES, interval, provenance
from prle_cli.views.common.cells import ByWidth, figure, table, words
from prle_cli.views.common.figures import UNKNOWN, count, duration, fixed, percent, rate, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.bench.interface import TextBenchReport, TextBenchRow

_MARKS: Final = {"model": "●", "ablation": "○", "soft": "◌", "baseline": ""}
_LEGEND: Final = {
    "model": "● model",
    "ablation": "○ model with a part left out",
    "soft": "◌ fitted with other soft targets",
}
_SPREAD: Final = ("recall_at_1", "mrr")

_WIDE: Final = 130
_MIDDLE: Final = 96
"""Columns that all of it needs, and all but what it costs."""


def view(report: TextBenchReport) -> RenderableType:
    """Show every method with the best of each column marked, what parts are worth, and the verdict below."""
    split = report.rows[0].split if report.rows else "no"
    headline = Text.assemble((safe(report.dataset), TITLE), f", {split} split, on {safe(report.encoder)}")
    asked = f"{count(report.pool)} texts are ranked; {percent(report.unseen)} of the rows ask for one that train lacks."
    kinds = {row.kind for row in report.rows}
    legend = "   ".join([*(words for kind, words in _LEGEND.items() if kind in kinds), "* best of its column"])
    against = f"Difference in R@1 to {safe(report.best_baseline)}, with its paired 95 % interval."
    parts: list[RenderableType] = [headline, Text(asked, MUTED), Text(), ByWidth(partial(_tables, report)), Text()]
    parts.append(Text("\n".join([legend, against] if report.best_baseline else [legend]), MUTED))
    if report.resampling:
        parts.append(Text(safe(f"Intervals: {report.resampling}"), MUTED))
    if any(row.fits > 1 for row in report.rows):
        parts += [Text(), _spread(report)]
    if report.findings:
        parts += [Text(), _findings(report)]
    if report.provenance is not None:
        parts += [Text(), provenance(report.provenance)]
    return Group(*parts, Text(), Text(safe(report.verdict), style=TITLE))


def _tables(report: TextBenchReport, width: int) -> RenderableType:
    """Set everything side by side where there is room, else below each other."""
    difference = bool(report.best_baseline)
    if width >= _WIDE:
        return _table(report.rows, quality=True, difference=difference, cost=True)
    if width >= _MIDDLE:
        first = _table(report.rows, quality=True, difference=difference, cost=False)
        return Group(first, Text(), _table(report.rows, quality=False, difference=False, cost=True))
    compared = [row for row in report.rows if row.difference is not None]
    tables: list[RenderableType] = [_table(report.rows, quality=True, difference=False, cost=False)]
    if compared and difference:
        tables += [Text(), _table(compared, quality=False, difference=True, cost=False)]
    return Group(*tables, Text(), _table(report.rows, quality=False, difference=False, cost=True))


def _table(rows: Sequence[TextBenchRow], *, quality: bool, difference: bool, cost: bool) -> Table:
    heads = [figure(f"{head} ") for head in RANKED.values()] if quality else []
    heads += [figure("difference")] if difference else []
    heads += [figure("fit"), figure("rows a second"), figure("size")] if cost else []
    methods = table(figure("", MODEL), words("method"), *heads)
    best = {name: _highest(rows, name) for name in RANKED}
    for place, row in enumerate(rows):
        cells = [_cell(getattr(row, name), best[name]) for name in RANKED] if quality else []
        cells += [_difference(row)] if difference else []
        costs = (duration(row.fit_seconds), rate(row.predict_rows_per_second), size(row.size_bytes))
        cells += [Text(cell) for cell in costs] if cost else []
        ours = row.kind != "baseline"
        last = ours and [each.kind for each in rows[place + 1 : place + 2]] == ["baseline"]
        name = Text(safe(row.name), style=MODEL if ours else "")
        methods.add_row(_MARKS[row.kind], name, *cells, end_section=last)
    return methods


def _highest(rows: Sequence[TextBenchRow], name: str) -> float | None:
    known = [value for row in rows if (value := getattr(row, name)) is not None]
    return max(known, default=None)


def _cell(value: float | None, best: float | None) -> Text:
    """Return a figure; the best bold, and starred for those who see no colours."""
    if value is None:
        return Text(f"{UNKNOWN} ", style=MUTED)
    written = fixed(value, 4)
    return Text(f"{written}*", style=BEST) if value == best else Text(f"{written} ")


def _difference(row: TextBenchRow) -> Text:
    if row.difference is None:
        return Text()
    _, low, high = row.difference
    return Text(interval(row.difference), style=TITLE if low > 0 or high < 0 else "")


def _spread(report: TextBenchReport) -> Table:
    """Show means with their standard deviations over seeds and cuts."""
    kinds = {"seeds": report.seeds is not None, "cuts of the data": report.cuts > 1}
    title = f"Over {' and '.join(kind for kind, there in kinds.items() if there)}"
    heads = [RANKED[name] for name in _SPREAD]
    spread = table(words("method"), *map(figure, ("fits", *heads)), title=title)
    for row in report.rows:
        if row.fits > 1:
            cells = (f"{fixed(getattr(row, name), 4)} ± {fixed(getattr(row, f'{name}_sd'), 4)}" for name in _SPREAD)
            spread.add_row(Text(safe(row.name), style="" if row.kind == "baseline" else MODEL), str(row.fits), *cells)
    return spread


def _findings(report: TextBenchReport) -> Table:
    found = table(words("what"), figure("worth in R@1"), words("so"), title="What the parts are worth")
    for each in report.findings:
        said = Text(safe(each.words), style=ANSWER_STYLES[each.answer])
        found.add_row(safe(f"{each.model}: {each.subject}"), interval(each.difference), said)
    return found
