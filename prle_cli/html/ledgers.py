"""The ledgers of one explained row, rounded so that what is shown adds up in the digits that are shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from prle_cli.views.common.figures import adding_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prle.stages.explain.interface import ClassExplainReport, ClassShare, ExplainReport, PrototypeShare
    from prle.stages.explain.parts import FeatureReport, InfluenceReport, InfluentialExample

_Share = TypeVar("_Share", "PrototypeShare", "PrototypeShare | ClassShare")

_ENOUGH: Final = 0.95
_MOST: Final = 6
"""A ledger lists the prototypes that carry so much of the weight one by one, but no more than that."""


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """What one prototype adds."""

    weight: float
    adds: float
    share: PrototypeShare | ClassShare


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Who decided one row: the heaviest prototypes one by one, the others in one line.

    :param others: how many these are, and ``rest`` their weight and what they add.
    :param weight: of all lines together, and ``total`` what they add up to.
    """

    lines: tuple[LedgerLine, ...]
    others: int
    rest: tuple[float, float]
    weight: float
    total: float


@dataclass(frozen=True, kw_only=True)
class FeatureLine:
    """What one block of value features adds, through the shared model and through experts; None where it has no say."""

    name: str
    shared: float | None
    local: float | None
    adds: float


@dataclass(frozen=True, kw_only=True)
class FeatureLedger:
    """What was read of one row; ``shared``, ``local`` and ``total`` are the sums of the columns."""

    lines: tuple[FeatureLine, ...]
    shared: float
    local: float
    total: float


@dataclass(frozen=True, kw_only=True)
class ExampleLine:
    """What one training row adds."""

    adds: float
    example: InfluentialExample


@dataclass(frozen=True, kw_only=True)
class ExampleLedger:
    """Who taught one row: what the shared model says, the strongest training rows, and the ``rest`` of them."""

    prior: float
    lines: tuple[ExampleLine, ...]
    rest: float
    total: float


def by_prototype(explained: ExplainReport | ClassExplainReport, decimals: int) -> Ledger:
    """Return who decided a row: as many of the heaviest as carry most of the weight.

    :param decimals: of what prototypes say; what adds up has one more.
    """
    shares: Sequence[PrototypeShare | ClassShare] = explained.prototypes
    shown, rest = _cut(shares)
    weights = adding_up([*(each.weight for each in shown), sum(each.weight for each in rest)], 3)
    parts = [*(each.contribution for each in shown), sum(each.contribution for each in rest)]
    adds = adding_up(parts, decimals + 1)
    return Ledger(
        lines=tuple(
            LedgerLine(weight=weight, adds=add, share=share)
            for weight, add, share in zip(weights, adds, shown, strict=False)
        ),
        others=len(rest),
        rest=(weights[-1], adds[-1]),
        weight=sum(weights),
        total=sum(adds),
    )


def by_feature(report: FeatureReport, decimals: int) -> FeatureLedger:
    """Return what was read of a row, by block of value features."""
    read = [part for group in report.groups for part in (group.shared, group.local)]
    baseline, *cells, level = adding_up([report.baseline, *read, report.level], decimals + 1)
    shared, local = cells[::2], cells[1::2]
    groups = (
        FeatureLine(
            name=group.name,
            shared=common if group.shared or common else None,
            local=own if group.local or own else None,
            adds=common + own,
        )
        for group, common, own in zip(report.groups, shared, local, strict=True)
    )
    return FeatureLedger(
        lines=(
            FeatureLine(name="an average training row", shared=baseline, local=None, adds=baseline),
            *groups,
            FeatureLine(name="level of the experts", shared=None, local=level, adds=level),
        ),
        shared=math.fsum([baseline, *shared]),
        local=math.fsum([*local, level]),
        total=math.fsum([baseline, *cells, level]),
    )


def by_example(report: InfluenceReport, decimals: int) -> ExampleLedger:
    """Return which training rows stand behind a prediction."""
    terms = [report.prior, *(each.contribution for each in report.listed), report.others.contribution]
    prior, *adds, rest = adding_up(terms, decimals + 1)
    return ExampleLedger(
        prior=prior,
        lines=tuple(ExampleLine(adds=add, example=each) for add, each in zip(adds, report.listed, strict=True)),
        rest=rest,
        total=math.fsum([prior, *adds, rest]),
    )


def starred(explained: ExplainReport) -> bool:
    """Return whether a training row is shown whose label was edited."""
    rows = {share.anchor.row for share in _cut(explained.prototypes)[0]} | {each.row for each in explained.examples}
    if explained.influence is not None:
        rows |= {each.row for each in explained.influence.listed}
    return not rows.isdisjoint(explained.relabelled)


def _cut(shares: Sequence[_Share]) -> tuple[Sequence[_Share], Sequence[_Share]]:
    """Return the heaviest prototypes that carry most of the weight, and the others."""
    weight, shown = 0.0, 0
    for share in shares[:_MOST]:
        if weight >= _ENOUGH:
            break
        weight, shown = weight + share.weight, shown + 1
    return shares[:shown], shares[shown:]
