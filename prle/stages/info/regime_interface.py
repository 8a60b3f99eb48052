"""The report about regimes: which inputs each prototype answers for, and whether other seeds find the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prle.explanation.distinction import Distinction
    from prle.models.labels.targets import TargetName


@dataclass(frozen=True, kw_only=True)
class SplitOccupation:
    """How many prototypes hold the weight of a split: ``effective`` by entropy, ``active`` with 1 % or more."""

    split: str
    rows: int
    effective: float
    active: int


@dataclass(frozen=True, kw_only=True)
class RegimeRow:
    """A row as evidence; ``label`` is a number or the name of a class."""

    split: str
    row: int
    texts: tuple[str, ...]
    label: float | str


@dataclass(frozen=True, kw_only=True)
class Regime:
    """What one prototype stands for: the inputs that it dominates.

    :param share: its part of all weight.
    :param rows: how many inputs it dominates; the means and the error below are theirs, None where there are none.
    :param prediction: mean prediction of a number, label units, and ``label`` the mean label.
    :param predicted_classes: mean probability by class, and ``label_classes`` the shares of the labels.
    :param error: RMSE, label units, or the share of rows whose class is predicted wrongly.
    :param distinctions: what sets its rows apart from all others, the strongest first.
    """

    prototype: int
    share: float
    rows: int
    prediction: float | None
    label: float | None
    predicted_classes: Mapping[str, float]
    label_classes: Mapping[str, float]
    error: float | None
    anchor: RegimeRow
    typical: tuple[RegimeRow, ...]
    distinctions: tuple[Distinction, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeedOccupation:
    """The same settings fitted with another seed."""

    seed: int
    effective: float
    active: int


@dataclass(frozen=True, kw_only=True)
class RegimesReport:
    """The regimes of a model, by share; measured on ``split``, whose rows have ``fields``: those of a table, cells.

    :param alone: the prototype that holds more than 95 % of the weight; None where none does.
    :param seeds: refits with the seeds asked for; ``agreement`` is the adjusted Rand index of who dominates which rows,
        a number for each pair of refits. None are asked for by default.
    """

    workspace: Path
    model: str
    dataset: str
    fields: tuple[str, ...]
    label_name: str
    target: TargetName
    label_range: tuple[float, float]
    split: str
    prototypes: int
    occupations: tuple[SplitOccupation, ...]
    regimes: tuple[Regime, ...]
    seeds: tuple[SeedOccupation, ...] = ()
    agreement: tuple[float, ...] = ()
    table: bool = False
    alone: int | None = None
