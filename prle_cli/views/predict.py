"""Predictions as people read them: one on its own line, many as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.console import MODEL, MUTED, TITLE, prose, safe
from prle_cli.views.cells import WIDEST, figure, table, words
from prle_cli.views.figures import count, fixed, percent
from prle_cli.views.rows import short_row

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.stages.interface import PredictReport

SHOWN: Final = 20
"""As many rows as the table shows; the machine formats always have all."""

_DECIMALS: Final = 3


def view(report: PredictReport) -> RenderableType:
    """Show the first predictions, and say how many there are."""
    of_split = report.split is not None
    columns = [words("cells" if report.table else "text"), figure(safe(report.label), TITLE)]
    if report.level is not None:
        columns.append(figure(f"{percent(report.level)} interval"))
    if of_split:
        columns = [figure("row", MUTED), *columns, figure("true")]
    rows = table(*columns)
    for prediction in report.predictions[:SHOWN]:
        cells: list[RenderableType] = [
            short_row(report.fields, prediction.texts, table=report.table),
            Text(fixed(prediction.prediction, _DECIMALS), style=MODEL),
        ]
        if prediction.interval is not None:
            cells.append(Text(" to ".join(fixed(bound, _DECIMALS) for bound in prediction.interval)))
        if of_split:
            row = "" if prediction.row is None else str(prediction.row)
            rows.add_row(row, *cells, fixed(prediction.label, _DECIMALS))
        else:
            rows.add_row(*cells)
    return Constrain(Group(rows, *_remainder(report)), WIDEST)


def _remainder(report: PredictReport) -> list[RenderableType]:
    hidden = len(report.predictions) - SHOWN
    if hidden <= 0:
        return []
    return [Text(), prose(f"{count(hidden)} more rows; `--format csv`, json or jsonl has all of them.", MUTED)]
