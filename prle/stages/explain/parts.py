"""The parts of an explanation that are reports of their own: ledgers, doubt, and what a prediction hangs on.

Field names are the JSON keys that scripts rely on; records grow, they do not change. Everything is in label units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LedgerName = Literal["prototypes", "features", "examples"]
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
class InfluentialExample:
    """A training row and what its label does to a prediction.

    ``alpha`` is by how much the prediction moves with the label, ``prior`` what the shared model says of the row, and
    ``contribution = alpha * (label - prior)``; of a committee, ``prior`` and ``contribution`` are means over members.
    """

    row: int
    texts: tuple[str, ...]
    label: float
    prior: float
    alpha: float
    contribution: float


@dataclass(frozen=True, kw_only=True)
class OtherExamples:
    """All training rows that are not listed one by one."""

    rows: int
    alpha: float
    contribution: float


@dataclass(frozen=True, kw_only=True)
class InfluenceReport:
    """A prediction by training example: ``prior`` and all contributions add up to it.

    ``prior`` is what the shared model says of the input. Equally, all ``alpha * label`` and ``carried`` do, which is
    the prior without what training rows inherit of it.
    """

    prior: float
    carried: float
    listed: tuple[InfluentialExample, ...]
    others: OtherExamples


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
    """What was taken away, and what a real refit without it predicts.

    :param removed: prototypes, or training rows, the most telling first.
    :param reached: whether the prediction moved by as much as was asked for; else this is the best of up to ``most``.
    :param refitted: whether experts were solved anew; else those that stay said the same, with shared-out weights.
    """

    removed: tuple[int, ...]
    prediction: float
    move: float
    reached: bool
    most: int
    refitted: bool


@dataclass(frozen=True, kw_only=True)
class CounterfactualReport:
    """What a prediction hangs on: few prototypes, or training examples, without which it moves by ``move`` or more."""

    move: float
    prototypes: RemovalReport
    examples: RemovalReport | None


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a part of an explanation is not there, and what would help."""

    reason: str
    hint: str | None
