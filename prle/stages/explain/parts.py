"""The parts of an explanation that are reports of their own: ledgers, doubt, and what a prediction hangs on.

Field names are the JSON keys that scripts rely on; records grow, they do not change. Everything is in label units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LedgerName = Literal["prototypes", "features", "votes"]
"""The decompositions of a prediction."""


@dataclass(frozen=True, kw_only=True)
class FeatureGroup:
    """What a block of value features adds: through the model that all experts share, and through their own parts."""

    name: str
    shared: float
    local: float
    contribution: float


@dataclass(frozen=True, kw_only=True)
class FeatureShare:
    """What one value feature adds, counted from 0 in the value space, of the block ``group``."""

    feature: int
    group: str
    shared: float
    local: float
    contribution: float


@dataclass(frozen=True, kw_only=True)
class FeatureReport:
    """A prediction by value feature: ``baseline + level`` and all ``groups`` add up to it.

    ``baseline`` is what the shared model says of the average training row, ``level`` what the experts add whatever the
    input; ``strongest`` are single features, those that add or take away most first.
    """

    baseline: float
    level: float
    groups: tuple[FeatureGroup, ...]
    strongest: tuple[FeatureShare, ...]


@dataclass(frozen=True, kw_only=True)
class Voter:
    """A training row whose label enters a prediction: ``contribution = alpha * label``.

    Of classes it is ``alpha`` where the label is the shown class, else 0. ``prototype`` is the one it is filed under.
    """

    row: int
    texts: tuple[str, ...]
    label: float | str
    alpha: float
    contribution: float
    prototype: int


@dataclass(frozen=True, kw_only=True)
class OtherVoters:
    """All voters that are not listed one by one."""

    rows: int
    alpha: float
    contribution: float


@dataclass(frozen=True, kw_only=True)
class VotesReport:
    """A prediction by those who voted: all contributions and ``differs`` add up to it, all alphas to one.

    :param listed: the heaviest voters, and some of each heavy prototype, the heaviest first.
    :param differs: what is added to labels for what differs between the input and the voters.
    :param everyone: of classes, the share that all training rows have in equal parts, however far they are.
    """

    listed: tuple[Voter, ...]
    others: OtherVoters
    differs: float
    everyone: float = 0.0


@dataclass(frozen=True, kw_only=True)
class DoubtReport:
    """What speaks against a prediction.

    :param distance: to the nearest training row, in units of a training row's mean distance to its nearest other.
    :param percentile: per cent of training rows that have their nearest other nearer than that; None where unknown.
    :param unfamiliar: whether that is past the 99th.
    :param effective_prototypes: how many speak, the exponential of the entropy of the weights.
    :param disagreement: weighted standard deviation of what the experts say.
    """

    distance: float | None
    percentile: float | None
    unfamiliar: bool
    effective_prototypes: float
    disagreement: float


@dataclass(frozen=True, kw_only=True)
class RemovalReport:
    """The fewest training rows without which a prediction is that far away, and what it then is: no smaller set does.

    :param removed: training rows, the most telling first.
    :param reached: whether it moves that far at all; else ``removed`` is empty.
    :param most: rows that were at hand to be left out.
    """

    removed: tuple[int, ...]
    prediction: float
    move: float
    reached: bool
    most: int


@dataclass(frozen=True, kw_only=True)
class CounterfactualReport:
    """What a prediction hangs on: the examples without which it moves by ``move`` or more, all else as it is."""

    move: float
    examples: RemovalReport


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a part of an explanation is not there, and what would help."""

    reason: str
    hint: str | None
