"""Predicted numbers as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.terminal.console import MODEL, MUTED, TITLE, safe
from prle_cli.views.common.cells import WIDEST, figure, table, words
from prle_cli.views.common.figures import fixed, percent
from prle_cli.views.common.rows import short_row
from prle_cli.views.predict.shown import SHOWN, remainder

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.predict.interface import PredictReport

_DECIMALS: Final = 3


def view(report: PredictReport) -> RenderableType:
    """Show the first predictions, and say how many there are."""
    return Constrain(Group(_rows(report), *remainder(len(report.predictions))), WIDEST)


def _rows(report: PredictReport) -> Table:
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
    return rows
