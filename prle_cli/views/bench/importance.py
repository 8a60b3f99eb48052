"""Ways to weigh rows while students are taught, beside each other, and whether any of it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle_cli.terminal.console import MUTED, TITLE, prose, safe
from prle_cli.views.common.cells import figure, table, words
from prle_cli.views.common.figures import MEASURES, UNKNOWN, fixed, percent, plural, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from prle.stages.bench.interface import ImportanceReport

SCORES: Final[Mapping[str, str]] = {"recall_at_1": "R@1", "accuracy": "accuracy", "pearson": "Pearson"}
"""What students are compared by, as a head of a table."""


def view(report: ImportanceReport) -> RenderableType:
    """Show a row for each, means with their deviations over seeds, and then the verdict."""
    headline = Text.assemble(
        "Students of ",
        (safe(report.model), TITLE),
        f": {report.student}, size {report.size}, ",
        f"{safe(report.dataset)}, ",
    )
    headline.append(f"{report.split} rows, {plural(report.seeds, 'seed')}")
    heads = (SCORES[report.score_name], "±", "difference", "noise", "rel. error", "±")
    figures = table(words("importance"), *map(figure, heads))
    for row in report.rows:
        figures.add_row(
            Text(row.name, style=MUTED if row.difference is None else ""),
            fixed(row.score, 4),
            fixed(row.score_sd, 4),
            "" if row.difference is None else signed(row.difference, 4),
            "" if row.noise is None else fixed(row.noise, 4),
            percent(row.relative_error, 2) if row.relative_error is not None else UNKNOWN,
            percent(row.relative_error_sd, 2),
        )
    measured = f" The encoder's uncertainty is {MEASURES[report.uncertainty]}." if report.uncertainty else ""
    return Group(headline, Text(), figures, Text(), prose(report.verdict + measured))
