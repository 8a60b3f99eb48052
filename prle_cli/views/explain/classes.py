"""The picture of an explained class: how likely the classes are, who decided, and what lies nearby."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from prle.stages.explain.interface import USUAL
from prle_cli.terminal.console import ACCENT, MODEL, MUTED, NEGATIVE, TITLE, TRUTH, WARNING, cell, prose, safe
from prle_cli.views.common.cells import WIDEST, Bar, Folded, facts, figure, table, words
from prle_cli.views.common.figures import adding_up, fixed, percent, plural, signed
from prle_cli.views.common.rows import short_row, whole_row
from prle_cli.views.explain.ledgers import INDENT, TIMES, UNDER, WORTH
from prle_cli.views.explain.numbers import BEFORE, ENOUGH, carrying, deciding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from prle.stages.explain.interface import ClassExplainReport, ExplainRequest
    from prle.stages.explain.parts import Voter, VotesReport

_CLASSES: Final = 5
"""As many classes as the scale shows, beside those that are predicted, true or asked for."""

_NAMED: Final = 3
"""As many anchors as the reading lists one by one."""

_PERCENT: Final = 3
_LOGITS: Final = 2
"""Decimals of shares of one, and of logits."""


def view(report: ClassExplainReport, request: ExplainRequest = USUAL) -> RenderableType:
    """Show why one input got its class; the heaviest prototypes one by one, the rest in one line.

    Every column of parts adds up to its total in the digits that are shown.
    """
    parts: list[RenderableType] = [_header(report), Text(), _reading(report), *_around(report)]
    if request.ledger in (None, "all", "prototypes"):
        parts += [Text(), _ledger(report, request.first), *_discrepancy(report), *_space(report)]
    if report.votes is not None and request.ledger in ("all", "votes"):
        parts += [Text(), _votes(report, report.votes)]
    if report.examples and request.ledger in (
        (None, "all", "examples") if report.votes is None else ("all", "examples")
    ):
        parts += [Text(), _examples(report)]
    return Constrain(Group(*parts), WIDEST)


def _around(report: ClassExplainReport) -> list[RenderableType]:
    """Show who carries the prediction, what was expected before, and what cannot be said."""
    lines: list[tuple[str, RenderableType]] = list(carrying(report.carried, report.votes))
    if report.score is not None:
        lines.append(("expected", Text.assemble((percent(report.score, 1), MODEL), BEFORE)))
    for name, refusal in report.refused.items():
        help_ = f"; {refusal.hint}" if refusal.hint else ""
        lines.append((f"no {name}", prose(f"{refusal.reason}{help_}", MUTED)))
    return [Text(), facts(lines)] if lines else []


def many(explanations: Sequence[ClassExplainReport]) -> Table:
    """Show each class with its probability, and the prototype that speaks loudest with its own class."""
    first = explanations[0]
    rows = table(
        words("cells" if first.table else "text"),
        words(safe(first.label_name), TITLE),
        figure("probability"),
        figure("heaviest"),
        words("its class"),
    )
    for each in explanations:
        heaviest = each.prototypes[0]
        rows.add_row(
            short_row(each.fields, each.texts, table=each.table),
            cell(each.prediction, MODEL),
            Text(percent(each.probability, 1)),
            Text(f"{heaviest.prototype}: {percent(heaviest.weight)}"),
            cell(heaviest.anchor.label),
        )
    return rows


def _header(report: ClassExplainReport) -> Panel:
    row = whole_row(report.fields, report.texts, table=report.table)
    where = " · ".join(filter(None, (report.dataset, report.model, report.row)))
    shown = Group(row, Text(), _scale(report))
    return Panel(shown, title=Text(safe(where)), title_align="left", border_style=MUTED, padding=(0, 1))


def _scale(report: ClassExplainReport) -> Table:
    """Show the likeliest classes with their probabilities, the predicted and the true one marked."""
    ranked = sorted(report.probabilities, key=lambda name: -report.probabilities[name])
    kept = {*ranked[:_CLASSES], report.shown_class, *([report.label] if report.label is not None else [])}
    grid = Table.grid(padding=(0, 1))
    grid.add_row(Text(safe(report.label_name), style=TITLE))
    for name in ranked:
        if name in kept:
            style = MODEL if name == report.prediction else TRUTH if name == report.label else ""
            share = report.probabilities[name]
            grid.add_row(
                cell(name, style), Text(percent(share, 1)), Bar(share, width=24), Text(_mark(report, name), style)
            )
    others = [report.probabilities[name] for name in ranked if name not in kept]
    if others:
        grid.add_row(Text(plural(len(others), "other"), MUTED), Text(percent(math.fsum(others), 1), MUTED))
    grid.columns[1].justify = "right"
    return grid


def _mark(report: ClassExplainReport, name: str) -> str:
    marks = {
        "predicted": name == report.prediction,
        "true": name == report.label,
        "explained": name == report.shown_class != report.prediction,
    }
    return ", ".join(word for word, holds in marks.items() if holds)


def _reading(report: ClassExplainReport) -> Text:
    """Say in one sentence what the table below shows."""
    everyone = len(report.prototypes)
    if everyone == 1:
        return Text(
            f"The one prototype decides all of it, a training example of {safe(report.prototypes[0].anchor.label)}."
        )
    heaviest, share = deciding(report.prototypes, ENOUGH)
    labels = list(dict.fromkeys(safe(each.anchor.label) for each in heaviest))
    named = labels if len(labels) <= _NAMED else [*labels[:_NAMED], "others"]
    listed = " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
    verb = "carries" if len(heaviest) == 1 else "carry"
    who = f"{len(heaviest)} of {everyone} prototypes {verb} {percent(share)} of the weight"
    kind = "a training example" if len(heaviest) == 1 else "training examples"
    return Text.assemble((who, TITLE), f": {kind} of {listed}.")


def _ledger(report: ClassExplainReport, top: int) -> Table:
    """Set out who said what about the shown class, so that weights and contributions visibly add up."""
    decimals = _PERCENT if report.space == "probabilities" else _LOGITS
    shown, rest = report.prototypes[:top], report.prototypes[top:]
    weights = adding_up([*(each.weight for each in shown), math.fsum(each.weight for each in rest)], _PERCENT)
    parts = adding_up([*(each.contribution for each in shown), math.fsum(each.contribution for each in rest)], decimals)
    heaviest = max((each.weight for each in shown), default=0.0) or 1.0
    voted = report.votes is not None
    say = "what its examples say" if voted else "what it says"
    ledger = table(
        figure("#", MUTED),
        figure("weight", foot=percent(math.fsum(weights), 1)),
        words(""),
        words("prototype", foot=safe(report.shown_class)),
        words("its class"),
        figure("examples say" if voted else "says", MUTED),
        figure("adds", foot=_amount(math.fsum(parts), report, total=True).plain),
        title=f"Who decided on {safe(report.shown_class)}: weight {TIMES} {say} = what it adds",
        footed=True,
    )
    for each, weight, part in zip(shown, weights, parts, strict=False):
        ledger.add_row(
            str(each.prototype),
            percent(weight, 1),
            Bar(each.weight / heaviest),
            short_row(report.fields, each.anchor.texts, table=report.table),
            Folded((each.anchor.label,)),
            _amount(each.expert_prediction, report, total=True),
            _amount(part, report),
        )
        for voter in _voters(report, each.prototype):
            ledger.add_row(
                "",
                Text(percent(voter.alpha, 1), MUTED),
                "",
                Padding(short_row(report.fields, voter.texts, table=report.table), INDENT),
                cell(str(voter.label), ACCENT if voter.label == report.shown_class else ""),
                "",
                "",
            )
    if rest:
        others = Text(plural(len(rest), "other"), style=MUTED)
        ledger.add_row("", percent(weights[-1], 1), "", others, "", "", _amount(parts[-1], report))
    return ledger


def _voters(report: ClassExplainReport, prototype: int) -> list[Voter]:
    """Return the heaviest examples of a prototype that are listed."""
    listed = () if report.votes is None else report.votes.listed
    return [each for each in listed if each.prototype == prototype and each.alpha >= WORTH][:UNDER]


def _votes(report: ClassExplainReport, votes: VotesReport) -> Table:
    """Set out who voted, the heaviest first."""
    parts = adding_up([*(each.contribution for each in votes.listed), votes.others.contribution], _PERCENT)
    alphas = adding_up([*(each.alpha for each in votes.listed), votes.others.alpha], _PERCENT)
    ledger = table(
        figure("row", MUTED),
        figure("alpha", foot=fixed(math.fsum(alphas), _PERCENT)),
        words("training example", foot=safe(report.shown_class)),
        words("class"),
        figure("of", MUTED),
        figure("adds", foot=percent(math.fsum(parts), 1)),
        title=f"Who voted: alpha where the class is {safe(report.shown_class)} = what it adds",
        footed=True,
    )
    for each, alpha, part in zip(votes.listed, alphas, parts, strict=False):
        ledger.add_row(
            str(each.row),
            fixed(alpha, _PERCENT),
            short_row(report.fields, each.texts, table=report.table),
            cell(str(each.label), ACCENT if each.label == report.shown_class else ""),
            str(each.prototype),
            percent(part, 1),
        )
    if votes.others.rows:
        line = Text(plural(votes.others.rows, "other"), MUTED)
        ledger.add_row("", fixed(alphas[-1], _PERCENT), line, "", "", percent(parts[-1], 1))
    return ledger


def _amount(value: float, report: ClassExplainReport, *, total: bool = False) -> Text:
    """Return a part, or all of them, as a percentage or in logits."""
    if report.space == "probabilities":
        return Text(percent(value, 1))
    written = fixed(value, _LOGITS) if total else signed(value, _LOGITS)
    return Text(written, style=NEGATIVE if value < 0 else "")


def _discrepancy(report: ClassExplainReport) -> list[RenderableType]:
    """Say so where the parts do not make the whole, rather than hide it in the rounding."""
    total = math.fsum(each.contribution for each in report.prototypes)
    if fixed(total, _PERCENT) == fixed(report.total, _PERCENT):
        return []
    return [Text(f"The parts add up to {total:.6g}, the model says {report.total:.6g}.", style=WARNING)]


def _space(report: ClassExplainReport) -> list[RenderableType]:
    if report.space == "probabilities":
        return []
    return [Text("Parts are logits; the softmax of their sums over the classes gives the probabilities.", style=MUTED)]


def _examples(report: ClassExplainReport) -> Table:
    what = words("cells" if report.table else "text")
    nearby = table(figure("row", MUTED), figure("distance"), what, words("class"), title="Nearest in training")
    for example in report.examples:
        label = cell(example.label, ACCENT if example.label == report.shown_class else "")
        shown = short_row(report.fields, example.texts, table=report.table)
        nearby.add_row(str(example.row), fixed(example.distance, 2), shown, label)
    return nearby
