"""Predictions as people read them: one on its own line, many as a table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle.stages.predict.interface import ClassPrediction, ClassPredictReport, TextPredictReport
from prle_cli.terminal.console import MODEL, MUTED, TITLE, WARNING, cell, prose, safe
from prle_cli.views.common.cells import WIDEST, ByWidth, figure, table, words
from prle_cli.views.common.figures import count, fixed, percent
from prle_cli.views.common.rows import short_row
from prle_cli.views.predict import texts as predict_text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.predict.interface import PredictReport

SHOWN: Final = 20
"""As many rows as the table shows; the machine formats always have all."""

_DECIMALS: Final = 3
_ROOMY: Final = 110
"""Columns that a second class needs."""


def view(report: PredictReport | ClassPredictReport | TextPredictReport) -> RenderableType:
    """Show the first predictions, and say how many there are."""
    if isinstance(report, TextPredictReport):
        return predict_text.view(report)
    rows: RenderableType = (
        ByWidth(partial(_classes, report)) if isinstance(report, ClassPredictReport) else _numbers(report)
    )
    return Constrain(Group(rows, *_remainder(report)), WIDEST)


def _numbers(report: PredictReport) -> Table:
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


def _classes(report: ClassPredictReport, width: int) -> Table:
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


def _remainder(report: PredictReport | ClassPredictReport) -> list[RenderableType]:
    hidden = len(report.predictions) - SHOWN
    if hidden <= 0:
        return []
    return [Text(), prose(f"{count(hidden)} more rows; `--format csv`, json or jsonl has all of them.", MUTED)]
