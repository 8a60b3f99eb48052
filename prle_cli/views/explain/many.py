"""Many explanations at a glance: one line each, with who decided and how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle.stages.explain.interface import ClassExplainReport, TextExplainReport
from prle_cli.terminal.console import MODEL, MUTED, TITLE, WARNING, cell, prose, safe
from prle_cli.views.common.cells import WIDEST, figure, table, words
from prle_cli.views.common.figures import count, fixed, label_decimals, percent
from prle_cli.views.common.rows import short_row
from prle_cli.views.explain import texts as explain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.explain.interface import ExplainReport, ExplainRowsReport

SHOWN: Final = 20
"""As many rows as the table shows; the machine formats always have all."""


def view(report: ExplainRowsReport) -> RenderableType:
    """Show the first explanations, and say how many there are."""
    rankings = [each for each in report.explanations if isinstance(each, TextExplainReport)]
    numbers = [each for each in report.explanations if not isinstance(each, ClassExplainReport | TextExplainReport)]
    classes = [each for each in report.explanations if isinstance(each, ClassExplainReport)]
    if not report.explanations:
        return Text("There are no rows to explain.", MUTED)
    found = explain_text.many(rankings) if rankings else None
    parts: list[RenderableType] = [found or (_numbers(numbers) if numbers else _classes(classes))]
    if any(each.doubt is not None and each.doubt.unfamiliar for each in numbers[:SHOWN]):
        parts += [Text(), Text("! farther from all training rows than 99 % of them from each other", WARNING)]
    hidden = len(report.explanations) - SHOWN
    if hidden > 0:
        line = f"{count(hidden)} more rows; `--format jsonl`, json or csv has all of them, and all of each."
        parts += [Text(), prose(line, MUTED)]
    return Constrain(Group(*parts), WIDEST)


def _numbers(explanations: Sequence[ExplainReport]) -> Table:
    first = explanations[0]
    decimals = label_decimals(first.label_range)
    known = any(each.interval is not None for each in explanations)
    rows = table(
        words("cells" if first.table else "text"),
        figure(safe(first.label_name), TITLE),
        *([figure(f"{percent(first.level or 0.0)} interval")] if known else []),
        figure("heaviest"),
        figure("labelled"),
        figure("differ"),
    )
    for each in explanations[:SHOWN]:
        rows.add_row(*_cells(each, decimals, known=known))
    return rows


def _classes(explanations: Sequence[ClassExplainReport]) -> Table:
    """Show each class with its probability, and the prototype that speaks loudest with its own class."""
    first = explanations[0]
    rows = table(
        words("cells" if first.table else "text"),
        words(safe(first.label_name), TITLE),
        figure("probability"),
        figure("heaviest"),
        words("its class"),
    )
    for each in explanations[:SHOWN]:
        heaviest = each.prototypes[0]
        rows.add_row(
            short_row(each.fields, each.texts, table=each.table),
            cell(each.prediction, MODEL),
            Text(percent(each.probability, 1)),
            Text(f"{heaviest.prototype}: {percent(heaviest.weight)}"),
            cell(heaviest.anchor.label),
        )
    return rows


def _cells(report: ExplainReport, decimals: int, *, known: bool) -> list[RenderableType]:
    """Return one explanation as the cells of a line."""
    doubt, heaviest = report.doubt, report.prototypes[0]
    mark = "!" if doubt is not None and doubt.unfamiliar else " "
    bounds = "" if report.interval is None else " to ".join(fixed(each, decimals) for each in report.interval)
    return [
        short_row(report.fields, report.texts, table=report.table),
        Text.assemble((fixed(report.prediction, decimals + 1), MODEL), (mark, WARNING)),
        *([Text(bounds)] if known else []),
        Text(f"{heaviest.prototype}: {percent(heaviest.weight)}"),
        Text(fixed(heaviest.anchor.label, decimals)),
        Text("" if doubt is None else f"±{fixed(doubt.disagreement, decimals)}"),
    ]
