"""Several data sets: each comparison in full, then one table for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.rule import Rule
from rich.text import Text

from prle_cli.terminal.console import BEST, MODEL, MUTED, TITLE, safe
from prle_cli.views.bench import labels as bench
from prle_cli.views.bench.ablations import ANSWER_STYLES, interval, provenance
from prle_cli.views.common.cells import figure, table, words
from prle_cli.views.common.figures import fixed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from prle.stages.bench.interface import Answer, BenchRow, SuiteReport

RELATIONS: Final[Mapping[Answer, str]] = {"helps": "ahead", "level": "level", "hurts": "behind"}
"""Where the model stands to the best baseline."""


def view(report: SuiteReport) -> RenderableType:
    """Show a table a data set, then every method's Pearson on all of them, then where the models stand."""
    heading = Text.assemble(("All data sets", TITLE), f", Pearson, on {safe(report.encoder)}")
    parts = [*_each(report), heading, Text(), _grid(report), Text("* best of its column", MUTED)]
    if report.summary:
        parts += [Text(), _summary(report)]
    return Group(*parts, Text(), provenance(report.provenance))


def _each(report: SuiteReport) -> Iterator[RenderableType]:
    for comparison in report.datasets:
        yield bench.view(comparison)
        yield Text()
        yield Rule(style=MUTED)


def methods(report: SuiteReport) -> dict[str, dict[str, BenchRow]]:
    """Return every method's row by data set; methods in the order of their first appearance."""
    found: dict[str, dict[str, BenchRow]] = {}
    for comparison in report.datasets:
        for row in comparison.rows:
            found.setdefault(row.name, {})[comparison.dataset] = row
    return found


def _grid(report: SuiteReport) -> RenderableType:
    """Show Pearson, methods down and data sets across; empty where a method does not suit the rows."""
    best = {each.dataset: max((row.score for row in each.rows), default=None) for each in report.datasets}
    grid = table(words("method"), *(figure(f"{safe(dataset)} ") for dataset in best))
    for name, rows in methods(report).items():
        kinds = {row.kind for row in rows.values()}
        cells = [_pearson(rows.get(dataset), top) for dataset, top in best.items()]
        grid.add_row(Text(safe(name), style="" if kinds == {"baseline"} else MODEL), *cells)
    return grid


def _pearson(row: BenchRow | None, top: float | None) -> Text:
    if row is None:
        return Text()
    written = fixed(row.score, 4)
    return Text(f"{written}*", style=BEST) if row.score == top else Text(f"{written} ")


def _summary(report: SuiteReport) -> RenderableType:
    """Show where the model that speaks for each data set stands to the best baseline."""
    lines = table(words("data set"), words("model"), words("best baseline"), figure("difference"), words("so"))
    for line in report.summary:
        lines.add_row(
            Text(safe(line.dataset)),
            Text(f"{safe(line.model)} {fixed(line.pearson, 3)}", style=MODEL),
            Text(f"{safe(line.baseline)} {fixed(line.baseline_pearson, 3)}"),
            Text(interval(line.difference)),
            Text(RELATIONS[line.answer], style=ANSWER_STYLES[line.answer]),
        )
    return lines
