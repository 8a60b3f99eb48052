"""The ledgers of one explained row, rounded so that what is shown adds up in the digits that are shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from prle.stages.explain.interface import USUAL
from prle_cli.views.common.figures import adding_up
from prle_cli.views.explain.ledgers import UNDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prle.stages.explain.interface import ClassExplainReport, ClassShare, ExplainReport, PrototypeShare
    from prle.stages.explain.parts import FeatureReport, Voter, VotesReport

_Share = TypeVar("_Share", "PrototypeShare", "PrototypeShare | ClassShare")

_ENOUGH: Final = 0.95
_MOST: Final = USUAL.first
"""A ledger lists the prototypes that carry so much of the weight one by one, but no more than that."""

_WORTH: Final = 0.0005
"""The weight that an example has to have to be listed; less would be shown as nothing."""


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """What one prototype adds.

    :param says: what its examples say, or its expert where none vote, and ``differs`` what is added to that.
    :param voters: the heaviest of its examples; none where none vote, or only the one that it stands on.
    """

    weight: float
    says: float
    differs: float
    adds: float
    share: PrototypeShare | ClassShare
    voters: tuple[Voter, ...]


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Who decided one row: the heaviest prototypes one by one, the others in one line.

    :param others: how many these are, and ``rest`` their weight and what they add.
    :param weight: of all lines together, and ``total`` what they add up to.
    :param differs: whether anything is added to what examples say.
    """

    lines: tuple[LedgerLine, ...]
    others: int
    rest: tuple[float, float]
    weight: float
    total: float
    differs: bool


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
class VoteLine:
    """What one training row adds."""

    alpha: float
    adds: float
    voter: Voter


@dataclass(frozen=True, kw_only=True)
class VoteLedger:
    """Who voted on one row: the heaviest examples, the ``rest`` of them as weight and what it adds, and what differs.

    :param everyone: how many voted.
    """

    lines: tuple[VoteLine, ...]
    everyone: int
    others: int
    rest: tuple[float, float]
    differs: float
    alpha: float
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
            _line(share, weight, add, explained.votes) for weight, add, share in zip(weights, adds, shown, strict=False)
        ),
        others=len(rest),
        rest=(weights[-1], adds[-1]),
        weight=sum(weights),
        total=sum(adds),
        differs=explained.votes is not None and explained.votes.differs != 0.0,
    )


def _line(share: PrototypeShare | ClassShare, weight: float, adds: float, votes: VotesReport | None) -> LedgerLine:
    says = share.expert_prediction if share.examples_say is None else share.examples_say
    listed = () if votes is None else votes.listed
    own = [each for each in listed if each.prototype == share.prototype and each.alpha >= _WORTH]
    alone = len(own) == 1 and own[0].row == share.anchor.row
    return LedgerLine(
        weight=weight,
        says=says,
        differs=share.expert_prediction - says,
        adds=adds,
        share=share,
        voters=() if alone else tuple(own[:UNDER]),
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


def by_vote(report: VotesReport, decimals: int) -> VoteLedger:
    """Return who voted on a row."""
    listed, others = [each for each in report.listed if each.alpha >= _WORTH], report.others
    light = [each for each in report.listed if each.alpha < _WORTH]
    more = math.fsum([others.contribution, *(each.contribution for each in light)])
    *adds, rest, differs = adding_up([*(each.contribution for each in listed), more, report.differs], decimals + 1)
    *alphas, left = adding_up(
        [*(each.alpha for each in listed), math.fsum([others.alpha, *(each.alpha for each in light)])], 3
    )
    return VoteLedger(
        lines=tuple(
            VoteLine(alpha=alpha, adds=add, voter=each) for alpha, add, each in zip(alphas, adds, listed, strict=True)
        ),
        everyone=len(report.listed) + others.rows,
        others=len(light) + others.rows,
        rest=(left, rest),
        differs=differs,
        alpha=math.fsum([*alphas, left]),
        total=math.fsum([*adds, rest, differs]),
    )


def starred(explained: ExplainReport) -> bool:
    """Return whether a training row is shown whose label was edited."""
    rows = {share.anchor.row for share in _cut(explained.prototypes)[0]} | {each.row for each in explained.examples}
    if explained.votes is not None:
        rows |= {each.row for each in explained.votes.listed}
    return not rows.isdisjoint(explained.relabelled)


def _cut(shares: Sequence[_Share]) -> tuple[Sequence[_Share], Sequence[_Share]]:
    """Return the heaviest prototypes that carry most of the weight, and the others."""
    weight, shown = 0.0, 0
    for share in shares[:_MOST]:
        if weight >= _ENOUGH:
            break
        weight, shown = weight + share.weight, shown + 1
    return shares[:shown], shares[shown:]
