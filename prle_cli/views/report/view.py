"""Where a page was written, and what is on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle_cli.terminal.console import TITLE, safe
from prle_cli.views.common.cells import facts, figure, synthetic_notice, table, words
from prle_cli.views.common.figures import UNKNOWN, count, error, fixed, percent, plural, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.report.interface import WrittenReport

_HEADS: Final[dict[str, tuple[str, Callable[[float | None], str]]]] = {
    "Pearson": ("pearson", lambda value: fixed(value, 4)),
    "Spearman": ("spearman", lambda value: fixed(value, 4)),
    "RMSE": ("rmse", error),
    "MAE": ("mae", error),
    "accuracy": ("accuracy", lambda value: fixed(value, 4)),
    "AUC": ("auc", lambda value: fixed(value, 4)),
    "log loss": ("log_loss", lambda value: fixed(value, 4)),
    "Brier": ("brier", lambda value: fixed(value, 4)),
    "ECE": ("calibration_error", lambda value: fixed(value, 4)),
    "macro F1": ("macro_f1", lambda value: fixed(value, 4)),
    "covered": ("coverage", lambda value: UNKNOWN if value is None else percent(value, 1)),
}
"""What the columns are called, the field of each, and how it is written."""


def view(report: WrittenReport) -> RenderableType:
    """Show the path first, then the figures that the page opens with."""
    headline = Text.assemble((safe(str(report.path)), TITLE), f" is written, {size(report.size_bytes)}.")
    contents = f"a map, {plural(report.regimes, 'regime')}, {plural(report.explained, 'explained row')}"
    pairs: list[tuple[str, RenderableType]] = [
        ("model", f"{report.dataset} · {report.model}"),
        ("contents", contents + (", a comparison" if report.bench else "")),
        ("to read it", "open it in a browser; it loads nothing and sends nothing"),
    ]
    return Group(
        headline, Text(), facts(pairs), Text(), _figures(report), *synthetic_notice(synthetic=report.synthetic)
    )


def _figures(report: WrittenReport) -> Table:
    """Set out the figures that there are, a line a split."""
    heads = {
        title: head
        for title, head in _HEADS.items()
        if any(getattr(each, head[0]) is not None for each in report.figures)
    }
    figures = table(words(""), figure("rows"), *map(figure, heads))
    for each in report.figures:
        cells = (write(getattr(each, key)) for key, write in heads.values())
        figures.add_row(each.split, count(each.rows), *cells)
    return figures
