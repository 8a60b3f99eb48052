"""What is there: a workspace, the models in it, how one was fitted, and what its prototypes stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prle.observer import Judged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prle.explanation.distinction import Distinction
    from prle.models.labels.targets import TargetName
    from prle.observer import EpochRecord
    from prle.stages.fit.interface import TrialRecord


@dataclass(frozen=True, kw_only=True)
class ModelSummary(Judged):
    """One model in the workspace. ``stale`` names what it was made from that has changed.

    ``teacher`` is the model that it is a student of, by ``strategy``; None where it was fitted itself. In a model of
    labels ``voters`` says who votes, none where experts speak; so many of the nearest ``neighbours`` do, and ``base``
    is what expects something before. ``promise`` has the figures of its explanations on validation rows
    (:class:`prle.explanation.promise.Promise`), none where they were not measured.
    """

    name: str
    router: str
    projection: str
    experts: str
    em: bool
    members: int
    prototypes: int
    parameters: int
    size_bytes: int
    created: str
    stale: str | None
    teacher: str | None = None
    strategy: str | None = None
    base: str | None = None
    voters: str = "none"
    neighbours: int | None = None
    promise: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SearchSummary:
    """A search for the model ``name``: how many ``trials`` it has, which fits are measured, and the best of them.

    ``finished`` once its model was kept; ``stale`` where it was measured on other embeddings.
    """

    name: str
    trials: int
    seed: int
    finished: bool
    stale: bool
    best: TrialRecord | None
    runs: tuple[TrialRecord, ...]


@dataclass(frozen=True, kw_only=True)
class InfoReport:
    """What is in a workspace. Its vectors were computed in ``precision`` by ``backend``, empty where nobody said."""

    workspace: Path
    format_version: str
    size_bytes: int
    dataset: str
    origin: str
    synthetic: bool
    fields: tuple[str, ...]
    label: str
    label_range: tuple[float, float]
    rows: dict[str, int]
    texts: int
    encoder: str
    encoder_fingerprint: str
    width: int
    vector_dtype: str
    sections: dict[str, int]
    partial: Path | None
    models: tuple[ModelSummary, ...] = field(default=())
    searches: tuple[SearchSummary, ...] = ()
    table: bool = False
    classes: tuple[str, ...] = ()
    targets: int = 0
    target_encoder: str = ""
    precision: str = "fp32"
    backend: str = ""


@dataclass(frozen=True, kw_only=True)
class HistoryReport:
    """How one model was fitted: its epochs in order, and which of them is the one that was kept.

    No epochs, and ``best_epoch`` 0, where nothing was trained by steps.
    """

    workspace: Path
    model: str
    label: str
    best_epoch: int
    epochs: tuple[EpochRecord, ...]


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
    prediction: float | None = None
    label: float | None = None
    predicted_classes: Mapping[str, float] = field(default_factory=dict)
    label_classes: Mapping[str, float] = field(default_factory=dict)
    error: float | None = None
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
class RegimesRequest:
    """Whose regimes to look at.

    :param seeds: how many refits, with seeds from 0 on, they are compared over; None for no refit.
    """

    name: str = "default"
    seeds: int | None = None


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

    @property
    def of(self) -> str:
        """What labels are, ``numbers`` or ``classes``: pictures of them differ."""
        return "numbers" if self.target == "number" else "classes"
