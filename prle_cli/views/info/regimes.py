"""The regimes of a model: how many there are, what each stands for, and whether another seed would find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.terminal.console import ACCENT, MUTED, TITLE, WARNING, safe
from prle_cli.views.common.cells import WIDEST, Bar, figure, table, words
from prle_cli.views.common.figures import UNKNOWN_CELL, count, fixed, label_decimals, percent, plural
from prle_cli.views.common.rows import row_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType
    from rich.table import Column, Table

    from prle.explanation.distinction import Distinction
    from prle.stages.info.interface import Regime, RegimeRow, RegimesReport

_SHOWN: Final = 12
"""As many regimes as the table lists; JSON has all."""

_SMALL: Final = 0.01
"""Regimes with a smaller share are summed up."""

TYPICAL: Final = 2
"""Typical rows that a regime is shown by."""

_DISTINCT: Final = 3
"""Features that a regime is set apart by."""

_AGREE: Final = 0.6
"""Below this mean index the refits share the rows out differently."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What a line of the table says of a regime.

    :param means: the columns of what is predicted and of what is true, and ``stands`` that of what it is known by.
    :param cells: what is in them, of one regime.
    """

    means: tuple[Column, ...]
    stands: str
    cells: Callable[[RegimesReport, Regime], Sequence[RenderableType]]


def picture(report: RegimesReport, columns: Columns) -> RenderableType:
    """Show how the weight is shared out on each split, every regime of some size, and what other seeds give."""
    headline = Text.assemble("Regimes of model ", (safe(report.model), TITLE), f" on {safe(report.dataset)}: ")
    headline.append(f"{plural(report.prototypes, 'prototype')}, who answers for what.")
    parts: list[RenderableType] = [headline, Text(), _splits(report), *_alone(report), Text()]
    parts += [_regimes(report, columns), *_remainder(report), *_seeds(report)]
    return Constrain(Group(*parts), WIDEST)


def _splits(report: RegimesReport) -> Table:
    held = table(words("split"), figure("rows"), figure("effective"), figure("active"), title="Who holds the weight")
    for each in report.occupations:
        held.add_row(each.split, count(each.rows), fixed(each.effective, 1), count(each.active))
    return held


def _alone(report: RegimesReport) -> list[RenderableType]:
    """Warn where one prototype leaves the others nothing to say."""
    if report.alone is None:
        return []
    said = f"Prototype {report.alone} holds more than 95 % of the weight: there is one regime, not many."
    return [Text(), Text(said, WARNING)]


def _listed(report: RegimesReport) -> list[Regime]:
    return [regime for regime in report.regimes if regime.share >= _SMALL][:_SHOWN]


def _regimes(report: RegimesReport, columns: Columns) -> Table:
    """Set out each regime: what is predicted there, what is true there, and by which rows it may be known."""
    title = f"What each stands for, on {report.split} rows"
    heads = (figure("#", MUTED), figure("share"), words(""), figure("rows"), *columns.means, words(columns.stands))
    regimes = table(*heads, title=title)
    listed = _listed(report)
    largest = max((regime.share for regime in listed), default=0.0) or 1.0
    for place, regime in enumerate(listed):
        *means, known_by = columns.cells(report, regime)
        start = (str(regime.prototype), percent(regime.share, 1), Bar(regime.share / largest, width=4))
        gap = [Text()] if place < len(listed) - 1 else []
        regimes.add_row(*start, count(regime.rows), *means, Group(known_by, *gap))
    return regimes


def apart(regime: Regime) -> list[Text]:
    """Say by what its rows differ from all rows: ``card 79 % (all 26 %), age 28.3 (all 38.6)``."""
    found = ", ".join(map(_distinction, regime.distinctions[:_DISTINCT]))
    return [Text(safe(found), ACCENT)] if found else []


def _distinction(each: Distinction) -> str:
    name = each.feature if each.value is None else f"{each.feature} = {each.value or UNKNOWN_CELL}"
    return f"{name} {_size(each, each.own)} (all {_size(each, each.every)})"


def _size(each: Distinction, value: float) -> str:
    return fixed(value, label_decimals((0.0, value))) if each.number else percent(value)


def line(report: RegimesReport, row: RegimeRow) -> RenderableType:
    """Show a row as evidence."""
    return row_line(report.fields, row.texts, table=report.table)


def _remainder(report: RegimesReport) -> list[RenderableType]:
    hidden = len(report.regimes) - len(_listed(report))
    if not hidden:
        return []
    rest = sum(regime.share for regime in report.regimes) - sum(regime.share for regime in _listed(report))
    return [Text(f"{plural(hidden, 'more prototype')} with {percent(rest, 1)} of the weight; JSON has all.", MUTED)]


def _seeds(report: RegimesReport) -> list[RenderableType]:
    """Show what other seeds find; without them, say that nothing is known of it."""
    if not report.seeds:
        doubt = "One fit: whether another seed finds the same regimes is not known; --seeds K asks."
        return [Text(), Text(doubt, MUTED)]
    seeds = table(figure("seed"), figure("effective"), figure("active"), title="Other seeds")
    for each in report.seeds:
        seeds.add_row(count(each.seed), fixed(each.effective, 1), count(each.active))
    mean, least = sum(report.agreement) / len(report.agreement), min(report.agreement)
    counts = [each.effective for each in report.seeds]
    sentence = (
        f"Effective prototypes {fixed(min(counts), 1)} to {fixed(max(counts), 1)}; who dominates which rows agrees "
        f"with an adjusted Rand index of {fixed(mean, 2)} on average, {fixed(least, 2)} at least."
    )
    parts: list[RenderableType] = [Text(), seeds, Text(), Text(sentence)]
    if mean < _AGREE:
        parts.append(Text("Other seeds share the rows out differently: these regimes are one way to see it.", WARNING))
    return parts
