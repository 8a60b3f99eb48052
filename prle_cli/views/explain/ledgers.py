"""The three decompositions of a prediction as tables whose columns visibly add up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rich.padding import Padding
from rich.text import Text

from prle_cli.terminal.console import ACCENT, MUTED, NEGATIVE, WARNING
from prle_cli.views.common.cells import Bar, figure, table, told, words
from prle_cli.views.common.figures import UNKNOWN, adding_up, fixed, percent, plural, signed
from prle_cli.views.common.rows import short_row

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.explain.interface import ExplainReport
    from prle.stages.explain.parts import FeatureReport, Voter, VotesReport

TIMES: Final = "\N{MULTIPLICATION SIGN}"
INDENT: Final = (0, 0, 0, 2)

UNDER: Final = 2
"""Examples that are shown under each prototype."""

WORTH: Final = 0.005
"""The weight that an example has to have to be shown there."""


def by_prototype(report: ExplainReport, top: int, decimals: int) -> list[RenderableType]:
    """Set out who said what; the ``top`` heaviest prototypes one by one, under each the examples that it speaks for."""
    shown, rest = report.prototypes[:top], report.prototypes[top:]
    weights = adding_up([*(p.weight for p in shown), math.fsum(p.weight for p in rest)], 3)
    parts = adding_up([*(p.contribution for p in shown), math.fsum(p.contribution for p in rest)], decimals + 1)
    heaviest = max((prototype.weight for prototype in shown), default=0.0) or 1.0
    known = any(prototype.past_error is not None for prototype in report.prototypes)
    differs = any(prototype.differs for prototype in report.prototypes)
    voted = report.votes is not None
    ledger = table(
        figure("#", MUTED),
        figure("weight", foot=percent(math.fsum(weights), 1)),
        words(""),
        words("prototype", foot="prediction"),
        figure("label"),
        figure("examples say" if voted else "says"),
        *([figure("differs")] if differs else []),
        *([figure("erred", MUTED)] if known else []),
        figure("adds", foot=fixed(math.fsum(parts), decimals + 1)),
        title=_title(voted=voted, differs=differs),
        footed=True,
    )
    for prototype, weight, part in zip(shown, weights, parts, strict=False):
        erred = UNKNOWN if prototype.past_error is None else f"±{fixed(prototype.past_error, decimals)}"
        said = prototype.expert_prediction if prototype.examples_say is None else prototype.examples_say
        ledger.add_row(
            str(prototype.prototype),
            percent(weight, 1),
            Bar(prototype.weight / heaviest),
            short_row(report.fields, prototype.anchor.texts, table=report.table),
            told(prototype.anchor.label, decimals, edited=prototype.anchor.row in report.relabelled),
            fixed(said, decimals),
            *([_amount(prototype.differs or 0.0, decimals)] if differs else []),
            *([erred] if known else []),
            _amount(part, decimals + 1),
        )
        for voter in _voters(report, prototype.prototype):
            ledger.add_row(
                "",
                Text(percent(voter.alpha, 1), MUTED),
                "",
                Padding(short_row(report.fields, voter.texts, table=report.table), INDENT),
                told(float(voter.label), decimals, ACCENT, edited=voter.row in report.relabelled),
                *[""] * (1 + differs + known + 1),
            )
    if rest:
        others = Text(plural(len(rest), "other"), style=MUTED)
        blank = [""] * (2 + differs + known)
        ledger.add_row("", percent(weights[-1], 1), "", others, *blank, _amount(parts[-1], decimals + 1))
    total = math.fsum(prototype.contribution for prototype in report.prototypes)
    return [ledger, *_discrepancy(total, report.prediction, decimals)]


def _title(*, voted: bool, differs: bool) -> str:
    """Say how a line of the table comes about."""
    if not voted:
        return f"Who decided: weight {TIMES} what it says = what it adds"
    say = "(what its examples say + what differs)" if differs else "what its examples say"
    return f"Who decided: weight {TIMES} {say} = what it adds"


def _voters(report: ExplainReport, prototype: int) -> list[Voter]:
    """Return the heaviest examples of a prototype that are listed."""
    listed = () if report.votes is None else report.votes.listed
    return [each for each in listed if each.prototype == prototype and each.alpha >= WORTH][:UNDER]


def by_feature(report: FeatureReport, prediction: float, decimals: int, *, full: bool) -> list[RenderableType]:
    """Set out what was read, by the model that all experts share and by their own parts."""
    places = decimals + 1
    read = [part for group in report.groups for part in (group.shared, group.local)]
    baseline, *cells, level = adding_up([report.baseline, *read, report.level], places)
    shared, local = cells[::2], cells[1::2]
    ledger = table(
        words("feature", foot="prediction"),
        figure("shared", foot=fixed(math.fsum([baseline, *shared]), places)),
        figure("local", foot=signed(math.fsum([*local, level]), places)),
        figure("adds", foot=fixed(math.fsum([baseline, *cells, level]), places)),
        title="What was read: shared + local = what it adds",
        footed=True,
    )
    ledger.add_row(Text("an average training row", MUTED), fixed(baseline, places), "", fixed(baseline, places))
    for group, common, own in zip(report.groups, shared, local, strict=True):
        both = _amount(common + own, places)
        ledger.add_row(group.name, _some(group.shared, common, places), _some(group.local, own, places), both)
    ledger.add_row("level of the experts", "", _amount(level, places), _amount(level, places))
    total = math.fsum([report.baseline, *read, report.level])
    parts: list[RenderableType] = [ledger, *_discrepancy(total, prediction, decimals)]
    return [*parts, Text(), _strongest(report, places)] if full and report.strongest else parts


def _strongest(report: FeatureReport, places: int) -> Table:
    features = table(
        figure("#", MUTED), words("of"), *map(figure, ("shared", "local", "adds")), title="Single value features"
    )
    for each in report.strongest:
        parts = (_some(part, part, places) for part in (each.shared, each.local))
        features.add_row(str(each.feature), each.group, *parts, _amount(each.contribution, places))
    return features


def by_vote(report: ExplainReport, votes: VotesReport, decimals: int) -> list[RenderableType]:
    """Set out who voted, the heaviest first; edited labels are starred."""
    places, others = decimals + 1, votes.others
    parts = adding_up([*(each.contribution for each in votes.listed), others.contribution, votes.differs], places)
    alphas = adding_up([*(each.alpha for each in votes.listed), others.alpha], 3)
    ledger = table(
        figure("row", MUTED),
        figure("alpha", foot=fixed(math.fsum(alphas), 3)),
        words("training example", foot="prediction"),
        figure("label"),
        figure("of", MUTED),
        figure("adds", foot=fixed(math.fsum(parts), places)),
        title=f"Who voted: alpha {TIMES} label = what it adds",
        footed=True,
    )
    for each, alpha, part in zip(votes.listed, alphas, parts, strict=False):
        ledger.add_row(
            str(each.row),
            fixed(alpha, 3),
            short_row(report.fields, each.texts, table=report.table),
            told(float(each.label), decimals, ACCENT, edited=each.row in report.relabelled),
            str(each.prototype),
            _amount(part, places),
        )
    if others.rows:
        line = Text(plural(others.rows, "other"), MUTED)
        ledger.add_row("", fixed(alphas[-1], 3), line, "", "", _amount(parts[-2], places))
    if votes.differs:
        ledger.add_row("", "", Text("what differs from them", MUTED), "", "", _amount(parts[-1], places))
    total = math.fsum([*(each.contribution for each in votes.listed), others.contribution, votes.differs])
    return [ledger, *_discrepancy(total, report.prediction, decimals)]


def nearest(report: ExplainReport, decimals: int) -> Table:
    """Show the training rows nearest to the input, evidence that a reader can judge alone."""
    what = words("cells" if report.table else "text")
    nearby = table(figure("row", MUTED), figure("distance"), what, figure("label"), title="Nearest in training")
    for example in report.examples:
        label = told(example.label, decimals, ACCENT, edited=example.row in report.relabelled)
        shown = short_row(report.fields, example.texts, table=report.table)
        nearby.add_row(str(example.row), fixed(example.distance, 2), shown, label)
    return nearby


def _some(part: float, shown: float, decimals: int) -> Text:
    """Return an amount, or nothing where there is none at all."""
    return Text() if part == 0.0 else _amount(shown, decimals)


def _amount(value: float, decimals: int) -> Text:
    return Text(signed(value, decimals), style=NEGATIVE if value < 0 else "")


def _discrepancy(total: float, prediction: float, decimals: int) -> list[RenderableType]:
    """Say so where the parts do not make the whole, rather than hide it in the rounding."""
    if fixed(total, decimals + 1) == fixed(prediction, decimals + 1):
        return []
    return [Text(f"The parts add up to {total:.6g}, the prediction is {prediction:.6g}.", style=WARNING)]
