"""The picture of an explained ranking: what was found, who spoke, and which training questions stand behind that."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.panel import Panel
from rich.text import Text

from prle.stages.explain.interface import USUAL
from prle_cli.terminal.console import MODEL, MUTED, TITLE, TRUTH, safe
from prle_cli.views.common.cells import WIDEST, Bar, Folded, figure, table, words
from prle_cli.views.common.figures import adding_up, count, fixed, percent, plural
from prle_cli.views.common.rows import short_row, whole_row
from prle_cli.views.predict.texts import ranking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.explain.interface import ExplainRequest, TextExplainReport

_PERCENT: Final = 3
_DECIMALS: Final = 3
_SILENT: Final = 0.0005
"""A weight below this would be shown as nothing."""


def view(report: TextExplainReport, request: ExplainRequest = USUAL) -> RenderableType:
    """Show why one question got its ranking; the heaviest clusters one by one, the rest in one line."""
    parts: list[RenderableType] = [_header(report), Text(), ranking(report.label_name, report.answers)]
    parts += [Text(), _reading(report)]
    if len(report.prototypes) > 1:
        parts += [Text(), _ledger(report, request.first)]
    if report.examples:
        parts += [Text(), _examples(report)]
    return Constrain(Group(*parts), WIDEST)


def many(explanations: Sequence[TextExplainReport]) -> Table:
    """Show the first text of each question, who spoke loudest, and where the right text stands."""
    first = explanations[0]
    rows = table(
        words("cells" if first.table else "text"),
        words(safe(first.label_name), TITLE),
        figure("score"),
        figure("moved"),
        figure("heaviest"),
    )
    for each in explanations:
        heaviest = each.prototypes[0]
        rows.add_row(
            short_row(each.fields, each.texts, table=each.table),
            Folded((each.prediction,)),
            Text(fixed(each.score, _DECIMALS), style=MODEL),
            fixed(each.moved, _DECIMALS),
            f"{heaviest.prototype}: {percent(heaviest.weight)}",
        )
    return rows


def _header(report: TextExplainReport) -> Panel:
    where = " · ".join(filter(None, (report.dataset, report.model, report.row)))
    shown: list[RenderableType] = [whole_row(report.fields, report.texts, table=report.table)]
    if report.label is not None:
        right = Text.assemble(("right one", TRUTH), f", {_where(report)}")
        shown += [Text(), right, Folded((report.label,), lines=3)]
    return Panel(Group(*shown), title=Text(safe(where)), title_align="left", border_style=MUTED, padding=(0, 1))


def _where(report: TextExplainReport) -> str:
    """Say where the right text stands, with the model and without."""
    if report.label_place is None:
        return "in another pool"
    place = f"in place {count(report.label_place)} of {count(report.pool)}"
    return place if report.label_raw_place is None else f"{place}; by the raw vector {count(report.label_raw_place)}"


def _reading(report: TextExplainReport) -> Text:
    """Say what the model changed."""
    how = f"{report.matrices} maps, {report.routing} routing"
    if not report.raw_prediction:
        return Text(f"Rows and texts live in different spaces; {how} bring one to the other.")
    moved = f"The vector was moved by {fixed(report.moved, _DECIMALS)} (1 - cosine; {how})."
    if report.raw_prediction == report.prediction:
        return Text.assemble((moved, TITLE), " The raw vector would have found the same.")
    found = f" The raw vector would have found, with {fixed(report.raw_score, _DECIMALS)}: "
    text = safe(report.raw_prediction)
    return Text.assemble((moved, TITLE), found, text if len(text) <= 200 else f"{text[:199]}…")


def _ledger(report: TextExplainReport, top: int) -> Table:
    shown = [each for each in report.prototypes[:top] if each.weight >= _SILENT]
    rest = report.prototypes[len(shown) :]
    weights = adding_up([*(each.weight for each in shown), math.fsum(each.weight for each in rest)], _PERCENT)
    heaviest = max((each.weight for each in shown), default=0.0) or 1.0
    ledger = table(
        figure("#", MUTED),
        figure("weight", foot=percent(math.fsum(weights), 1)),
        words(""),
        words("cluster, by its question in the middle"),
        figure("rows", MUTED),
        figure("alone moves", MUTED),
        title="Who spoke",
        footed=True,
    )
    for each, weight in zip(shown, weights, strict=False):
        question = short_row(report.fields, each.anchor.texts, table=report.table)
        named = Group(Text(safe(each.name), TITLE), question) if each.name else question
        ledger.add_row(
            str(each.prototype),
            percent(weight, 1),
            Bar(each.weight / heaviest),
            named,
            count(each.rows),
            fixed(each.moved, _DECIMALS),
        )
    if rest:
        ledger.add_row("", percent(weights[-1], 1), "", Text(plural(len(rest), "other"), MUTED), "", "")
    return ledger


def _examples(report: TextExplainReport) -> Table:
    examples = table(
        figure("row", MUTED),
        words("training question"),
        words(safe(report.label_name)),
        figure("cosine"),
        figure("of the weight", MUTED),
        title="The nearest training questions",
    )
    for each in report.examples:
        examples.add_row(
            str(each.row),
            short_row(report.fields, each.texts, table=report.table),
            Folded((each.label,)),
            fixed(each.cosine, _DECIMALS),
            percent(each.weight, 1),
        )
    return examples
