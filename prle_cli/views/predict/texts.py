"""Rankings as people read them: the first texts of one question, or the first text of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.terminal.console import ACCENT, MODEL, MUTED, TITLE, WARNING, safe
from prle_cli.views.common.cells import WIDEST, Bar, Folded, figure, table, words
from prle_cli.views.common.figures import count, fixed
from prle_cli.views.common.rows import short_row, whole_row
from prle_cli.views.predict.shown import SHOWN, remainder

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.predict.interface import Found, TextPrediction, TextPredictReport

_DECIMALS: Final = 3


def view(report: TextPredictReport) -> RenderableType:
    """Show the whole ranking of one question, or the first text of each of many."""
    if len(report.predictions) == 1:
        return Constrain(_one(report, report.predictions[0]), WIDEST)
    return Constrain(Group(_many(report), *remainder(len(report.predictions))), WIDEST)


def _one(report: TextPredictReport, prediction: TextPrediction) -> Group:
    asked = whole_row(report.fields, prediction.texts, table=report.table)
    ranked = Text(f"{count(report.pool)} texts of {safe(report.pool_source)} were ranked.", MUTED)
    parts: list[RenderableType] = [asked, Text(), ranking(report.label, prediction.answers), Text(), ranked]
    if prediction.label is not None and prediction.place is not None:
        parts.append(Text(f"The right one is in place {count(prediction.place)}.", TITLE))
    return Group(*parts)


def ranking(label: str, answers: tuple[Found, ...]) -> Table:
    """Return texts with what their scores are made of, best first."""
    by_words = any(each.lexical for each in answers)
    heads = [figure("", MUTED), words(safe(label), TITLE), figure("score"), words("")]
    heads += [figure("vectors", MUTED), figure("words", MUTED)] if by_words else []
    heads += [figure("raw place", MUTED)]
    best = max((each.score for each in answers), default=1.0) or 1.0
    found = table(*heads)
    for place, each in enumerate(answers, start=1):
        parts = [fixed(each.cosine, _DECIMALS), fixed(each.lexical, _DECIMALS)] if by_words else []
        found.add_row(
            str(place),
            Folded((each.text,), lines=3),
            Text(fixed(each.score, _DECIMALS), style=MODEL if place == 1 else ""),
            Bar(max(0.0, each.score / best), width=8, style=ACCENT),
            *parts,
            count(each.raw_place),
        )
    return found


def _many(report: TextPredictReport) -> Table:
    of_split = report.split is not None
    columns = [words("cells" if report.table else "text"), words(safe(report.label), TITLE), figure("score")]
    rows = table(*([figure("row", MUTED), *columns, figure("right one")] if of_split else columns))
    for prediction in report.predictions[:SHOWN]:
        cells: list[RenderableType] = [
            short_row(report.fields, prediction.texts, table=report.table),
            Folded((prediction.prediction,)),
            Text(fixed(prediction.score, _DECIMALS), style=MODEL),
        ]
        if of_split:
            row = "" if prediction.row is None else str(prediction.row)
            rows.add_row(row, *cells, _place(prediction))
        else:
            rows.add_row(*cells)
    return rows


def _place(prediction: TextPrediction) -> Text:
    """Return where the right text of a row stands."""
    if prediction.place is None:
        return Text("")
    return Text(count(prediction.place), style="" if prediction.place == 1 else WARNING)
