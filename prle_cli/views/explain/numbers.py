"""The picture of one explanation: the score on its scale, who decided it, why, and what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from rich.console import Group
from rich.constrain import Constrain
from rich.panel import Panel
from rich.text import Text

from prle.stages.explain.interface import USUAL
from prle_cli.terminal.console import MODEL, MUTED, TITLE, WARNING, prose, safe
from prle_cli.views.common.cells import WIDEST, Scale, facts, figure, table, words
from prle_cli.views.common.figures import fixed, label_decimals, percent, plural
from prle_cli.views.common.rows import short_row, whole_row
from prle_cli.views.explain.counterfactual import hanging_on
from prle_cli.views.explain.ledgers import by_feature, by_prototype, by_vote, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.explain.interface import Bracket, ClassShare, ExplainReport, ExplainRequest, PrototypeShare
    from prle.stages.explain.parts import DoubtReport, LedgerName, VotesReport

Weighed = TypeVar("Weighed", "PrototypeShare", "ClassShare")

ENOUGH: Final = 0.8
"""The share of the weight after which the reading stops counting prototypes."""

BEFORE: Final = " before anybody voted: who is near is decided by it and by what the input is about"

_NAMED: Final = 3
"""As many anchors as the reading lists one by one."""


def view(report: ExplainReport, request: ExplainRequest = USUAL) -> RenderableType:
    """Show why one input got its score; the heaviest prototypes one by one, the rest in one line.

    Every column of parts adds up to its total in the digits that are shown.

    :param request: says how many prototypes, and which ledgers in full.
    """
    decimals = label_decimals(report.label_range)
    parts: list[RenderableType] = [_header(report), Text(), _reading(report, decimals), *_around(report, decimals)]
    for ledger_shown in _ledgers(report, request.first, request.ledger, decimals):
        parts += [Text(), *ledger_shown]
    if report.counterfactual is not None:
        parts += [Text(), *hanging_on(report.counterfactual, decimals)]
    if _starred(report, request.first):
        parts += [
            Text(),
            prose("* a label that the model was told by `prle edit relabel`; the data have another.", MUTED),
        ]
    return Constrain(Group(*parts), WIDEST)


def many(explanations: Sequence[ExplainReport]) -> Table:
    """Show each score with who decided it, and what speaks against it."""
    first = explanations[0]
    decimals = label_decimals(first.label_range)
    known = any(each.interval is not None for each in explanations)
    rows = table(
        words("cells" if first.table else "text"),
        figure(safe(first.label_name), TITLE),
        *([figure(f"{percent(first.level or 0.0)} interval")] if known else []),
        figure("heaviest"),
        figure("labelled"),
        figure("differ"),
    )
    for each in explanations:
        rows.add_row(*_cells(each, decimals, known=known))
    return rows


def _cells(report: ExplainReport, decimals: int, *, known: bool) -> list[RenderableType]:
    """Return one explanation as the cells of a line."""
    doubt, heaviest = report.doubt, report.prototypes[0]
    mark = "!" if doubt is not None and doubt.unfamiliar else " "
    bounds = "" if report.interval is None else " to ".join(fixed(each, decimals) for each in report.interval)
    return [
        short_row(report.fields, report.texts, table=report.table),
        Text.assemble((fixed(report.prediction, decimals + 1), MODEL), (mark, WARNING)),
        *([Text(bounds)] if known else []),
        Text(f"{heaviest.prototype}: {percent(heaviest.weight)}"),
        Text(fixed(heaviest.anchor.label, decimals)),
        Text("" if doubt is None else f"±{fixed(doubt.disagreement, decimals)}"),
    ]


def _starred(report: ExplainReport, top: int) -> bool:
    """Return whether a training row may be shown whose label was edited."""
    rows = {share.anchor.row for share in report.prototypes[:top]} | {example.row for example in report.examples}
    if report.votes is not None:
        rows |= {voter.row for voter in report.votes.listed}
    return not rows.isdisjoint(report.relabelled)


def _ledgers(report: ExplainReport, top: int, ledger: str | None, decimals: int) -> Iterator[list[RenderableType]]:
    """Yield the ledgers that were asked for and can be given."""

    def asked(name: LedgerName) -> bool:
        return ledger in (None, "all", name)

    if asked("prototypes"):
        yield by_prototype(report, top, decimals)
    if asked("features") and report.features is not None:
        yield by_feature(report.features, report.prediction, decimals, full=ledger is not None)
    if report.votes is not None and ledger in ("votes", "all"):
        yield by_vote(report, report.votes, decimals)
    if report.examples and ledger in ((None, "all", "examples") if report.votes is None else ("all", "examples")):
        yield [nearest(report, decimals)]


def _header(report: ExplainReport) -> Panel:
    row = whole_row(report.fields, report.texts, table=report.table)
    scale = Scale(
        name=report.label_name,
        label_range=report.label_range,
        prediction=report.prediction,
        truth=report.label,
        interval=report.interval,
        level=report.level,
    )
    where = " · ".join(filter(None, (report.dataset, report.model, report.row)))
    title = Text(safe(where))
    return Panel(Group(row, Text(), scale), title=title, title_align="left", border_style=MUTED, padding=(0, 1))


def _reading(report: ExplainReport, decimals: int) -> Text:
    """Say in one sentence what the tables below show."""
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


def _around(report: ExplainReport, decimals: int) -> list[RenderableType]:
    """Show between which labels the prediction lies, what speaks against it, and what cannot be said."""
    lines: list[tuple[str, RenderableType]] = list(carrying(report.carried, report.votes))
    if report.score is not None:
        lines.append(("expected", Text.assemble((fixed(report.score, decimals + 1), MODEL), BEFORE)))
    if report.bracket is not None:
        lines += _between(report.bracket, decimals)
    if report.doubt is not None:
        lines += _doubts(report.doubt, decimals, alone=len(report.prototypes) == 1)
    for name, refusal in report.refused.items():
        help_ = f"; {refusal.hint}" if refusal.hint else ""
        lines.append((f"no {name}", prose(f"{refusal.reason}{help_}", MUTED)))
    return [Text(), facts(lines)] if lines else []


def carrying(carried: float | None, votes: VotesReport | None) -> Iterator[tuple[str, Text]]:
    """Say how much of what a model predicts is labels of examples, and who votes here."""
    if carried is None or votes is None:
        return
    voters = plural(len(votes.listed) + votes.others.rows, "example")
    share = f"; {percent(votes.everyone, 1)} of the weight is shared by all alike" if votes.everyone else ""
    said = f"{percent(carried)} of what this model predicts is labels of examples; {voters} vote here{share}"
    yield "carried", Text(said)


def _between(bracket: Bracket, decimals: int) -> Iterator[tuple[str, Text]]:
    """Name the heaviest prototypes with a lower and with a higher label."""
    below, above = (
        share
        and Text.assemble(
            (fixed(share.anchor.label, decimals), MODEL), f" (prototype {share.prototype}, {percent(share.weight, 1)})"
        )
        for share in (bracket.below, bracket.above)
    )
    if below and above:
        yield "between", Text.assemble(below, " and ", above)
    elif below:
        yield "above", Text.assemble(below, "; no prototype that speaks has a higher label")
    elif above:
        yield "below", Text.assemble(above, "; no prototype that speaks has a lower label")


def _doubts(doubt: DoubtReport, decimals: int, *, alone: bool) -> Iterator[tuple[str, Text]]:
    """Say how far the input is from what was seen, and whether those who speak agree."""
    if doubt.distance is not None and doubt.percentile is not None:
        near = f"nearest training row at distance {fixed(doubt.distance, 2)}, "
        if doubt.unfamiliar:
            rare = f"farther than for {percent(doubt.percentile / 100, 1)} of training rows: be careful"
            yield "unfamiliar", Text(near + rare, style=WARNING)
        else:
            yield "seen", Text(f"{near}farther than for {percent(doubt.percentile / 100)} of training rows")
    if alone:
        return
    speak, off = fixed(doubt.effective_prototypes, 1), fixed(doubt.disagreement, decimals)
    yield "agreement", Text(f"{speak} prototypes speak; what they say differs by ±{off}")
