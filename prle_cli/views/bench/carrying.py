"""Who carries the predictions of models: labels of examples, of anchors, of five prototypes; and what about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle_cli.terminal.console import MODEL, MUTED, safe
from prle_cli.views.common.cells import ByWidth, figure, table, words
from prle_cli.views.common.figures import UNKNOWN, duration, fixed, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.console import RenderableType

    from prle.stages.bench.interface import BenchReport, BenchRow

_WIDE: Final = 110
"""Columns from which everything stands side by side."""

_CARRIED: Final[Mapping[str, Callable[[BenchRow], str]]] = {
    "carried": lambda row: _share(row.carried),
    "anchors": lambda row: _share(row.anchored),
    "told": lambda row: _share(row.told),
    "content": lambda row: _cosine(row.content),
    "chance": lambda row: _cosine(row.content_chance),
    "by score": lambda row: _cosine(row.content_score_only),
}
_WEIGHT: Final[Mapping[str, Callable[[BenchRow], str]]] = {
    "examples": lambda row: fixed(row.voters_80, 1),
    "prototypes": lambda row: fixed(row.prototypes_80, 1),
    "fit CPU": lambda row: UNKNOWN if row.fit_cpu_seconds is None else duration(row.fit_cpu_seconds),
}

CARRYING: Final[Mapping[str, Callable[[BenchRow], str]]] = {**_CARRIED, **_WEIGHT}
"""What is said of who carries, by its head."""

_LEGEND: Final = (
    "carried, anchors, told: R² of what is said by labels of all who vote, of the anchors, of five prototypes. "
    "content: cosine of an input and its ten heaviest examples; of rows by chance; of those with the nearest score. "
    "examples, prototypes: how many hold 80 % of the weight."
)


def who_carries(report: BenchReport) -> RenderableType | None:
    """Show a line a model and its ablations below it, nothing where nothing has prototypes."""
    rows = carried(report)
    return ByWidth(partial(_tables, rows)) if rows else None


def carried(report: BenchReport) -> list[BenchRow]:
    """Return the rows of which it is known who carries."""
    return [row for row in report.rows if row.carried is not None]


def _tables(rows: Sequence[BenchRow], width: int) -> RenderableType:
    """Set what is said beside how the weight lies where there is room, else above it."""
    title, legend = "Who carries", Text(_LEGEND, MUTED)
    if width >= _WIDE:
        return Group(_table(rows, CARRYING, title), legend)
    return Group(_table(rows, _CARRIED, title), Text(), _table(rows, _WEIGHT, None), legend)


def _table(
    rows: Sequence[BenchRow], columns: Mapping[str, Callable[[BenchRow], str]], title: str | None
) -> RenderableType:
    drawn = table(words("model"), *map(figure, columns), title=title)
    for row in rows:
        name = Text(safe(row.name), MODEL) if row.ablates is None else Text(f"  {row.change}")
        drawn.add_row(name, *(column(row) for column in columns.values()))
    return drawn


def _share(share: float | None) -> str:
    return UNKNOWN if share is None else percent(share)


def _cosine(cosine: float | None) -> str:
    return UNKNOWN if cosine is None else fixed(cosine, 2)
