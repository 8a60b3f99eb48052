"""What is in a workspace, how one of its models was fitted, and what its prototypes stand for; nothing is touched."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.errors import WorkspaceError
from prle.metrics.promise import PROMISED
from prle.observer import SILENT, Observer
from prle.stages import can
from prle.stages.common.trials import best_trials, read_trials
from prle.stages.info.interface import InfoReport, ModelSummary, RegimesRequest, SearchSummary
from prle.workspace import layout
from prle.workspace.interface import teacher_of
from prle.workspace.opened import open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.stages.info.interface import HistoryReport, RegimesReport
    from prle.workspace.opened import Workspace


_NUMBER_FIGURES: Final = ("validation_pearson", "validation_rmse")
_CLASS_FIGURES: Final = ("validation_accuracy", "validation_log_loss")
_TEXT_FIGURES: Final = ("validation_recall_at_1", "validation_mrr")


def info(workspace: Path) -> InfoReport:
    """Return what a workspace holds: its data, its encoder, its models, and an unfinished ``embed`` beside it.

    :raises WorkspaceError: when it is missing, damaged, too new or no workspace at all.
    """
    with open_workspace(workspace) as opened:
        manifest = opened.manifest
        sizes = opened.section_sizes()
        partial = layout.partial_path(Path(os.path.realpath(workspace)))
        return InfoReport(
            workspace=workspace,
            format_version=opened.format_version,
            size_bytes=workspace.stat().st_size,
            dataset=manifest.dataset,
            origin=manifest.origin,
            synthetic=manifest.synthetic,
            fields=manifest.names,
            label=manifest.label,
            label_range=_label_range(opened),
            classes=manifest.classes,
            targets=len(opened.targets),
            target_encoder="" if manifest.target_encoder is None else manifest.target_encoder.name,
            rows={str(name): rows for name, rows in opened.splits.items()},
            texts=len(opened.texts),
            encoder=manifest.encoder.name,
            encoder_fingerprint=manifest.encoder.fingerprint,
            width=manifest.encoder.width,
            vector_dtype=opened.vector_dtype,
            precision=manifest.encoder.precision,
            backend=manifest.encoder.backend,
            sections=sizes,
            partial=partial if os.path.lexists(partial) else None,
            models=tuple(_model(opened, name, sizes) for name in opened.model_names),
            searches=tuple(summary for name in opened.search_names if (summary := _search(opened, name))),
            table=bool(manifest.columns),
        )


def find_regimes(
    workspace: Path, request: RegimesRequest | None = None, *, observer: Observer = SILENT
) -> RegimesReport:
    """Say which inputs each prototype answers for, what it says of them, and whether other seeds agree.

    :raises WorkspaceError: where the workspace or the model is missing, stale or broken, or has no validation rows.
    :raises UsageError: for fewer than two seeds, where labels are texts, or the model is a student.
    """
    request = request or RegimesRequest()
    with open_workspace(workspace) as opened:
        kind = can.module("info --regimes", can.subject(opened, request.name))
        found: RegimesReport = kind.regimes(opened, request, observer=observer)
        return found


def read_history(workspace: Path, *, name: str = "default") -> HistoryReport:
    """Return how a model was fitted, epoch by epoch.

    :raises WorkspaceError: where the workspace is missing or damaged, or has no such model with a history.
    :raises UsageError: where the model is a student.
    """
    with open_workspace(workspace) as opened:
        found: HistoryReport = can.module("info --history", can.subject(opened, name)).history(opened, name)
        return found


def _figures(summary: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which figures a model has, by what it predicts."""
    if summary.get("target") == "text":
        return _TEXT_FIGURES
    return _CLASS_FIGURES if "classes" in summary else _NUMBER_FIGURES


def _label_range(workspace: Workspace) -> tuple[float, float]:
    labels = np.concatenate([workspace.labels(name) for name in workspace.splits])
    if not labels.size:
        message = f"{workspace.path}: expected at least one row, got none."
        raise WorkspaceError(message, hint="run `prle embed SOURCE` again")
    return float(labels.min()), float(labels.max())


def _search(workspace: Workspace, name: str) -> SearchSummary | None:
    stored = workspace.search(name)
    if stored is None:
        return None
    runs = read_trials(workspace.path, stored)
    return SearchSummary(
        name=name,
        trials=stored.trials,
        seed=stored.seed,
        finished=stored.finished,
        stale=stored.made_from != workspace.identity,
        best=next(iter(best_trials(runs)), None),
        runs=runs,
    )


def _model(workspace: Workspace, name: str, sizes: dict[str, int]) -> ModelSummary:
    summary = workspace.summary(name)

    def said(key: str, kind: type) -> Any:
        value = summary.get(key)
        # JSON does not tell 1 from 1.0, and nothing but a number is a count.
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            message = (
                f"{workspace.path}: model {name}: expected {key} as {kind.__name__} in its summary, got {value!r}."
            )
            raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again")
        return value

    return ModelSummary(
        name=name,
        router=said("router", str),
        projection=said("projection", str),
        experts=said("experts", str),
        em=said("em", bool),
        members=said("members", int),
        prototypes=said("prototypes", int),
        parameters=said("parameters", int),
        size_bytes=sizes[f"{layout.MODELS_GROUP}/{name}"],
        **{key: said(key, float) for key in _figures(summary)},
        teacher=teacher_of(summary),
        strategy=summary["student"].get("strategy") if teacher_of(summary) is not None else None,
        **_votes(workspace, name, summary),
        promise={key: summary[key] for key in PROMISED if isinstance(summary.get(key), float)},
        created=workspace.created(name),
        stale=workspace.stale(name),
    )


def _votes(workspace: Workspace, name: str, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return who votes in a model, nothing where experts speak.

    :raises WorkspaceError: where somebody does, and it is not said who.
    """
    if "voters" not in summary:
        return {}
    place = workspace.settings(name).get("place")
    neighbours = place.get("neighbours") if isinstance(place, dict) else None
    found = {"base": summary.get("base"), "voters": summary["voters"], "neighbours": neighbours}
    if tuple(map(type, found.values())) != (str, str, int):
        message = f"{workspace.path}: model {name}: expected its base, its voters and how many vote, got {found}."
        raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again")
    return found
