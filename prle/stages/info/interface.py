"""The reports of what is there: a workspace, the models in it, how one was fitted, and the settings of a fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prle.observer import Judged

if TYPE_CHECKING:
    from pathlib import Path

    from prle.config.rows import OriginKind, Value
    from prle.observer import EpochRecord
    from prle.stages.common.interface import TrialRecord


@dataclass(frozen=True, kw_only=True)
class ModelSummary(Judged):
    """One model in the workspace. ``stale`` names what it was made from that has changed.

    ``teacher`` is the model that it is a student of, by ``strategy``; None where it was fitted itself.
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
    """How one model was fitted: its epochs in order, and which of them is the one that was kept."""

    workspace: Path
    model: str
    label: str
    best_epoch: int
    epochs: tuple[EpochRecord, ...]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One resolved setting. ``place`` names the origin: an option, a variable, a file, a model, or nothing."""

    key: str
    section: str
    value: Value
    origin: OriginKind
    place: str
    default: Value
    allowed: str
    description: str


@dataclass(frozen=True, kw_only=True)
class SettingsReport:
    """What ``fit`` would use, or with ``model`` what that model was fitted with, under whatever was given on top.

    :param sections: what the settings of each section are about, by its dotted name.
    """

    config: Path | None
    workspace: Path | None
    model: str | None
    sections: dict[str, str]
    settings: tuple[Setting, ...]
