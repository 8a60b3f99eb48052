"""The picture of one explanation: the score on its scale, who decided it, and what the training data says nearby."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeVar

from rich.console import Group
from rich.constrain import Constrain
from rich.panel import Panel
from rich.text import Text

from prle_cli.console import ACCENT, MUTED, NEGATIVE, TITLE, WARNING, safe
from prle_cli.views.cells import WIDEST, Bar, Scale, figure, table, words
from prle_cli.views.figures import adding_up, fixed, label_decimals, percent, plural, signed
from prle_cli.views.rows import short_row, whole_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.class_interface import ClassShare
    from prle.stages.interface import ExplainReport, PrototypeShare

Weighed = TypeVar("Weighed", "PrototypeShare", "ClassShare")

ENOUGH: Final = 0.8
"""The share of the weight after which the reading stops counting prototypes."""

_NAMED: Final = 3
"""As many anchors as the reading lists one by one."""


def view(report: ExplainReport, *, top: int = 5) -> RenderableType:
    """Show why one input got its score; the ``top`` heaviest prototypes one by one, the rest in one line.

    Every column of parts adds up to its total in the digits that are shown.
    """
    decimals = label_decimals(report.label_range)
    parts: list[RenderableType] = [_header(report), Text(), _reading(report, decimals), Text()]
    parts += [_ledger(report, top, decimals), *_discrepancy(report, decimals)]
    if report.examples:
        parts += [Text(), _examples(report, decimals)]
    return Constrain(Group(*parts), WIDEST)


def _header(report: ExplainReport) -> Panel:
    row = whole_row(report.fields, report.texts, table=report.table)
    scale = Scale(
        name=report.label_name, label_range=report.label_range, prediction=report.prediction, truth=report.label
    )
    where = " · ".join(filter(None, (report.dataset, report.model, report.row)))
    title = Text(safe(where))
    return Panel(Group(row, Text(), scale), title=title, title_align="left", border_style=MUTED, padding=(0, 1))


def _reading(report: ExplainReport, decimals: int) -> Text:
    """Say in one sentence what the table below shows."""
    everyone = len(report.prototypes)
    if everyone == 1:
        return Text(f"The one prototype decides all of it, {_anchors(report.prototypes, decimals)}.")
    heavy, share = deciding(report.prototypes, ENOUGH)
    if len(heavy) > _NAMED:
        heaviest = f"the heaviest are {_anchors(report.prototypes[:_NAMED], decimals)}"
    else:
        heaviest = _anchors(heavy, decimals)
    verb = "carries" if len(heavy) == 1 else "carry"
    who = f"{len(heavy)} of {everyone} prototypes {verb} {percent(share)} of the weight"
    return Text.assemble((who, TITLE), f": {heaviest}.")


def deciding(prototypes: Sequence[Weighed], enough: float) -> tuple[Sequence[Weighed], float]:
    """Return the heaviest prototypes that together weigh at least ``enough``, and what they weigh."""
    share = 0.0
    for position, prototype in enumerate(prototypes, start=1):
        share += prototype.weight
        if share >= enough:
            return prototypes[:position], share
    return prototypes, share


def _anchors(prototypes: Sequence[PrototypeShare], decimals: int) -> str:
    labels = [fixed(prototype.anchor.label, decimals) for prototype in prototypes]
    if len(labels) == 1:
        return f"a training example labelled {labels[0]}"
    return f"training examples labelled {', '.join(labels[:-1])} and {labels[-1]}"


def _ledger(report: ExplainReport, top: int, decimals: int) -> Table:
    """Set out who said what, so that weights and contributions visibly add up."""
    shown, rest = report.prototypes[:top], report.prototypes[top:]
    weights = adding_up([*(p.weight for p in shown), math.fsum(p.weight for p in rest)], 3)
    parts = adding_up([*(p.contribution for p in shown), math.fsum(p.contribution for p in rest)], decimals + 1)
    heaviest = max((prototype.weight for prototype in shown), default=0.0) or 1.0
    ledger = table(
        figure("#", MUTED),
        figure("weight", foot=percent(math.fsum(weights), 1)),
        words(""),
        words("prototype", foot="prediction"),
        figure("label"),
        figure("says"),
        figure("adds", foot=fixed(math.fsum(parts), decimals + 1)),
        title="Who decided: weight \N{MULTIPLICATION SIGN} what it says = what it adds",
        footed=True,
    )
    for prototype, weight, part in zip(shown, weights, parts, strict=False):
        ledger.add_row(
            str(prototype.prototype),
            percent(weight, 1),
            Bar(prototype.weight / heaviest),
            short_row(report.fields, prototype.anchor.texts, table=report.table),
            fixed(prototype.anchor.label, decimals),
            fixed(prototype.expert_prediction, decimals),
            _amount(part, decimals + 1),
        )
    if rest:
        others = Text(plural(len(rest), "other"), style=MUTED)
        ledger.add_row("", percent(weights[-1], 1), "", others, "", "", _amount(parts[-1], decimals + 1))
    return ledger


def _amount(value: float, decimals: int) -> Text:
    return Text(signed(value, decimals), style=NEGATIVE if value < 0 else "")


def _discrepancy(report: ExplainReport, decimals: int) -> list[RenderableType]:
    """Say so where the parts do not make the whole, rather than hide it in the rounding."""
    total = math.fsum(prototype.contribution for prototype in report.prototypes)
    if fixed(total, decimals + 1) == fixed(report.prediction, decimals + 1):
        return []
    sentence = f"The parts add up to {total:.6g}, the prediction is {report.prediction:.6g}."
    return [Text(sentence, style=WARNING)]


def _examples(report: ExplainReport, decimals: int) -> Table:
    what = words("cells" if report.table else "text")
    nearby = table(figure("row", MUTED), figure("distance"), what, figure("label"), title="Nearest in training")
    for example in report.examples:
        label = Text(fixed(example.label, decimals), style=ACCENT)
        shown = short_row(report.fields, example.texts, table=report.table)
        nearby.add_row(str(example.row), fixed(example.distance, 2), shown, label)
    return nearby
