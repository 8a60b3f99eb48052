"""The reports of ``prle fit``.

Field names are the JSON keys that scripts rely on; records grow, they do not change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from prle.observer import Judged

if TYPE_CHECKING:
    from pathlib import Path

    from prle.config import VotersName
    from prle.models.labels.targets import TargetName
    from prle.observer import EpochRecord


@dataclass(frozen=True, kw_only=True)
class FitRequest:
    """What is asked of a fit beside its settings.

    :param name: under which the model is kept.
    :param memory: bytes that the process should make do with; what the machine has when not given. Rows that would take
        too much of it stay in the file. The fit is the same either way.
    """

    name: str = "default"
    memory: int | None = None


@dataclass(frozen=True, kw_only=True)
class TrialRecord(Judged):
    """One fit of a search: configuration number ``trial`` with at most ``epochs`` epochs, measured on validation rows.

    ``settings`` are those that differ from the defaults, by dotted key.
    """

    trial: int
    settings: dict[str, bool | int | float | str]
    epochs: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class FitReport(Judged):
    """What ``fit`` made. Errors are in label units; ``history`` has one record an epoch, ``trials`` one a fit.

    ``target`` is number, binary or multiclass; ``validation`` has every figure that its kind has, by name. Of classes,
    ``majority_rate`` is the accuracy of always saying the most frequent one on the same rows. ``pruned`` prototypes
    were removed, which moved no validation prediction by more than ``prune_change``; it might have been
    ``prune_tolerance``, None where no pruning was asked for. ``solved``: what experts have of
    their own, as it was kept, is a solution in closed form.
    Where examples vote, ``base`` is what expects something of a row first, ``alone`` its own validation figures,
    ``neighbours`` how many vote, and ``promise`` what the model promises of its explanations (:mod:`prle.explanation`).
    Of a committee of several ``members`` the figures are those of all together, ``history``, ``best_epoch``,
    ``stopped_early`` and the prior's figure those of the first.
    """

    of: ClassVar = "labels"

    workspace: Path
    model: str
    router: str
    projection: str
    experts: str
    init: str
    em: bool
    seed: int
    members: int
    prototypes: int
    prototypes_in_use: int
    effective_experts: float
    best_epoch: int
    stopped_early: bool
    seconds: float
    parameters: int
    history: tuple[EpochRecord, ...]
    validation_spearman: float | None = None
    prior_validation_pearson: float | None = None
    prior_validation_accuracy: float | None = None
    prior_validation_log_loss: float | None = None
    target: TargetName = "number"
    validation: dict[str, float] = field(default_factory=dict)
    majority_rate: float | None = None
    pruned: int = 0
    prune_change: float | None = None
    prune_tolerance: float | None = None
    trials: tuple[TrialRecord, ...] = ()
    solved: bool = False
    voters: VotersName = "none"
    base: str = ""
    neighbours: int = 0
    place: dict[str, float] = field(default_factory=dict)
    alone: dict[str, float] = field(default_factory=dict)
    promise: dict[str, float] = field(default_factory=dict)
    index_cells: int = 0
    index_recall: float | None = None
    cpu_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class TextTrial:
    """One candidate that a fit has tried, with its validation figures by vectors alone.

    ``penalty`` and ``temperature`` are None where it has none.
    """

    matrices: str
    routing: str
    penalty: float | None
    temperature: float | None
    recall_at_1: float
    recall_at_10: float
    mrr: float
    cosine: float
    parameters: int


@dataclass(frozen=True, kw_only=True)
class TextFitReport(Judged):
    """What ``fit`` made where labels are texts.

    ``validation`` has the figures of the model as saved, ``raw`` those of the question's own vector. ``advice`` is the
    routing that document 003 advises; ``guarded`` says that the raw vector was kept. ``history`` is empty where the
    maps are solutions.
    """

    of: ClassVar = "texts"
    base: ClassVar[str] = ""

    workspace: Path
    model: str
    target: Literal["text"] = "text"
    matrices: str
    routing: str
    advice: str
    prototypes: int
    parameters: int
    pool: int
    shrinkage: float
    lexical: float
    guarded: bool
    validation: dict[str, float]
    raw: dict[str, float]
    trials: tuple[TextTrial, ...]
    history: tuple[EpochRecord, ...]
    best_epoch: int
    seconds: float
    seed: int
