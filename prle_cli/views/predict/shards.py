"""Where predicted shards were written, what was added to them, and how much of it was new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from prle_cli.terminal.console import MODEL, TITLE, safe
from prle_cli.views.common.cells import facts
from prle_cli.views.common.figures import count, duration, plural, rate

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.stages.predict.interface import ShardsReport

_WHERE = {"local": "this process", "ray": "the workers of a Ray cluster"}


def view(report: ShardsReport) -> RenderableType:
    """Show how many rows there are now, and how many of them were predicted by this run."""
    headline = Text.assemble((safe(report.label), TITLE), f" of {plural(report.rows, 'row')} in ")
    headline.append(f"{plural(report.shards, 'shard')} is predicted, ")
    headline.append(f"in {duration(report.seconds)}." if report.computed else "and was before.")
    pairs: list[tuple[str, RenderableType]] = [
        ("model", f"{safe(report.model)} of {report.workspace}"),
        ("read from", safe(str(report.source))),
        ("written to", safe(str(report.folder))),
        ("columns", Text.assemble((", ".join(report.columns), MODEL), ", beside those that were there")),
        ("predicted", _computed(report)),
    ]
    return Group(headline, Text(), facts(pairs))


def _computed(report: ShardsReport) -> str:
    """Return how much was new, where it was computed, and how fast."""
    if not report.computed:
        return "nothing; every shard was there already"
    parts = [f"{plural(report.computed, 'shard')}, {plural(report.computed_rows, 'row')}, by {_WHERE[report.engine]}"]
    if report.seconds > 0.0:
        parts.append(f"{rate(report.computed_rows / report.seconds)} a second")
    if there := report.shards - report.computed:
        parts.append(f"{count(there)} there already")
    return "; ".join(parts)
