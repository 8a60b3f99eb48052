"""Many explanations at a glance: one line each, with who decided and how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.console import MODEL, MUTED, TITLE, WARNING, prose, safe
from prle_cli.views.cells import WIDEST, figure, table, words
from prle_cli.views.figures import count, fixed, label_decimals, percent
from prle_cli.views.rows import short_row

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.stages.interface import ExplainReport, ExplainRowsReport

SHOWN: Final = 20
"""As many rows as the table shows; the machine formats always have all."""


def view(report: ExplainRowsReport) -> RenderableType:
    """Show the first explanations, and say how many there are."""
    if not report.explanations:
        return Text("There are no rows to explain.", MUTED)
    first = report.explanations[0]
    decimals = label_decimals(first.label_range)
    known = any(each.interval is not None for each in report.explanations)
    rows = table(
        words("cells" if first.table else "text"),
        figure(safe(first.label_name), TITLE),
        *([figure(f"{percent(first.level or 0.0)} interval")] if known else []),
        figure("heaviest"),
        figure("labelled"),
        figure("differ"),
    )
    for each in report.explanations[:SHOWN]:
        rows.add_row(*_cells(each, decimals, known=known))
    parts: list[RenderableType] = [rows]
    if any(each.doubt is not None and each.doubt.unfamiliar for each in report.explanations[:SHOWN]):
        parts += [Text(), Text("! farther from all training rows than 99 % of them from each other", WARNING)]
    hidden = len(report.explanations) - SHOWN
    if hidden > 0:
        line = f"{count(hidden)} more rows; `--format jsonl`, json or csv has all of them, and all of each."
        parts += [Text(), prose(line, MUTED)]
    return Constrain(Group(*parts), WIDEST)


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
