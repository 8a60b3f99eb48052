"""Predicted classes as people read them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.terminal.console import MODEL, MUTED, TITLE, WARNING, cell, safe
from prle_cli.views.common.cells import WIDEST, ByWidth, figure, table, words
from prle_cli.views.common.figures import percent
from prle_cli.views.common.rows import short_row
from prle_cli.views.predict.shown import SHOWN, remainder

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.predict.interface import ClassPrediction, ClassPredictReport

_ROOMY: Final = 110
"""Columns that a second class needs."""


def view(report: ClassPredictReport) -> RenderableType:
    """Show the first predictions, and say how many there are."""
    return Constrain(Group(ByWidth(partial(_rows, report)), *remainder(len(report.predictions))), WIDEST)


def _rows(report: ClassPredictReport, width: int) -> Table:
    """Show the likeliest class of each row with its probability, and the one after it where there is room."""
    of_split, roomy = report.split is not None, width >= _ROOMY
    columns = [words("cells" if report.table else "text"), words(safe(report.label), TITLE), figure("probability")]
    columns = [*columns, *([words("or else", MUTED), figure("", MUTED)] if roomy else [])]
    if of_split:
        columns = [figure("row", MUTED), *columns, words("true")]
    rows = table(*columns)
    for prediction in report.predictions[:SHOWN]:
        cells: list[RenderableType] = [
            short_row(report.fields, prediction.texts, table=report.table),
            cell(prediction.prediction, MODEL),
            Text(percent(prediction.probability, 1)),
            *(_second(prediction) if roomy else []),
        ]
        if of_split:
            wrong = prediction.label != prediction.prediction
            row = "" if prediction.row is None else str(prediction.row)
            rows.add_row(row, *cells, cell(prediction.label or "", WARNING if wrong else ""))
        else:
            rows.add_row(*cells)
    return rows


def _second(prediction: ClassPrediction) -> list[Text]:
    """Return the class after the likeliest one, and its probability."""
    name, share = sorted(prediction.probabilities.items(), key=lambda item: -item[1])[1]
    return [cell(name), Text(percent(share, 1))]
