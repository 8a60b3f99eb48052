"""Fit a model on the embeddings of a workspace and store it there."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.assembly import settle
from prle.checkpoint import Checkpoint, evidence_of, store
from prle.committee import count_parameters
from prle.errors import WorkspaceError
from prle.explanation import Calibration, nearest_others, spacing_of
from prle.geometry import effective_count
from prle.metrics import pearson, rmse, spearman
from prle.observer import SILENT, Observer
from prle.stages.interface import FitReport
from prle.targets import NumberTarget
from prle.training.committee import fit_committee
from prle.training.count_study import study_counts
from prle.training.rows import Rows
from prle.training.threads import one_thread
from prle.workspace import open_workspace, save_model

if TYPE_CHECKING:
    from pathlib import Path

    from prle.config import Config
    from prle.data.interface import SplitName
    from prle.training.trainer import Fitted
    from prle.workspace import Workspace

EVIDENCE_BYTES: Final = 64 * 2**20
"""Evidence that would take more than this is not kept but placed anew when a prediction is traced."""


def fit(workspace: Path, config: Config, *, name: str = "default", observer: Observer = SILENT) -> FitReport:
    """Fit a model, keep it under ``name``, and report what was reached on the validation rows.

    :raises WorkspaceError: where the workspace is missing, or has no training or validation rows.
    :raises UsageError: where the settings do not fit the data.
    """
    with open_workspace(workspace) as opened:
        checkpoint, fitted = fit_model(opened, config, observer=observer)
        return keep(opened, checkpoint, fitted, name=name)


def keep(opened: Workspace, checkpoint: Checkpoint, fitted: Fitted, *, name: str) -> FitReport:
    """Store what was fitted on an open workspace under ``name``, and report what was measured of it.

    :raises WorkspaceError: where the file cannot be written.
    """
    workspace = opened.path
    evidence = evidence_of(checkpoint, rows_of(opened, "train", "tracing"))
    kept = evidence if sum(member.size_bytes for member in evidence) <= EVIDENCE_BYTES else ()
    save_model(workspace, store(checkpoint, name=name, made_from=opened.identity, evidence=kept))
    measured = checkpoint.measured
    return FitReport(
        workspace=workspace,
        model=name,
        router=checkpoint.config.router.kind,
        projection=checkpoint.config.value_space.projection,
        experts=checkpoint.config.experts.kind,
        init=checkpoint.config.prototypes.init,
        em=checkpoint.config.train.em_alt_training is True,
        seed=checkpoint.config.train.seed,
        members=len(checkpoint.members),
        prototypes=len(checkpoint.anchors),
        prototypes_in_use=int(measured["prototypes_in_use"]),
        effective_experts=measured["effective_experts"],
        best_epoch=fitted.best_epoch,
        stopped_early=fitted.stopped_early,
        validation_pearson=measured["validation_pearson"],
        validation_spearman=measured["validation_spearman"],
        validation_rmse=measured["validation_rmse"],
        prior_validation_pearson=fitted.history[0].validation_pearson,
        seconds=measured["fit_seconds"],
        parameters=count_parameters(checkpoint.members),
        history=fitted.history,
    )


def fit_model(workspace: Workspace, config: Config, *, observer: Observer = SILENT) -> tuple[Checkpoint, Fitted]:
    """Fit a model on an open workspace without storing it; return how its first member was fitted as well."""
    with one_thread():
        return _fit(workspace, config, observer)


def _fit(workspace: Workspace, config: Config, observer: Observer) -> tuple[Checkpoint, Fitted]:
    begun = time.perf_counter()
    train, validation = (rows_of(workspace, split, "fitting") for split in ("train", "validation"))
    settled = counted(settle(config, train.sentences.shape[1]), train, validation, observer)
    target = NumberTarget.measured(train.labels)
    fitted = fit_committee(settled, target, train, validation, observer)
    checkpoint = Checkpoint(
        config=settled,
        target=target,
        members=tuple(member.parameters for member in fitted),
        anchors=fitted[0].anchors,
        history=fitted[0].history,
        measured={},
    )
    checkpoint = _measured(checkpoint, train, validation)
    checkpoint.measured["fit_seconds"] = time.perf_counter() - begun
    return checkpoint, fitted[0]


def counted(config: Config, train: Rows, validation: Rows, observer: Observer) -> Config:
    """Settle a number of prototypes that is still ``auto``, and tell why this one; ``config`` is settled otherwise."""
    if config.prototypes.count != "auto":
        return config
    recommended = study_counts(config, train, validation, observer=observer).recommendation
    observer.note(f"auto settles on {recommended.reason}")
    prototypes = config.prototypes.model_copy(update={"count": recommended.count})
    return config.model_copy(update={"prototypes": prototypes})


def _measured(checkpoint: Checkpoint, train: Rows, validation: Rows) -> Checkpoint:
    """Measure what is stored, through the code that will answer."""
    points = checkpoint.predictor().retrieval(train.sentences)
    nearest = nearest_others(points, np.random.default_rng(checkpoint.config.train.seed))
    spacing = spacing_of(nearest)
    judged = judge(checkpoint, validation)
    return replace(judged, measured={**judged.measured, "neighbour_spacing": spacing}, usual=nearest / spacing)


def judge(checkpoint: Checkpoint, validation: Rows) -> Checkpoint:
    """Measure on validation rows how good a model is, who speaks in it, and what its intervals rest on."""
    predictor = checkpoint.predictor()
    predicted = predictor.predict(validation.sentences)
    weights = predictor.weights(validation.sentences)
    regimes = weights.argmax(axis=1).astype(np.int64)
    measured = {
        "validation_pearson": pearson(validation.labels, predicted),
        "validation_spearman": spearman(validation.labels, predicted),
        "validation_rmse": rmse(validation.labels, predicted),
        "prototypes_in_use": float(len(np.unique(regimes))),
        "effective_experts": float(np.mean(effective_count(weights))),
    }
    return replace(
        checkpoint,
        measured={**checkpoint.measured, **measured},
        calibration=Calibration(
            errors=np.abs(validation.labels - predicted), regimes=regimes, prototypes=len(checkpoint.anchors)
        ),
    )


def rows_of(workspace: Workspace, split: SplitName, purpose: str) -> Rows:
    """Read one split, which must not be empty; ``purpose`` is what needs it, for the message where it is.

    :raises WorkspaceError: where it is empty.
    """
    if not workspace.splits.get(split):
        message = f"{workspace.path.name}: {purpose} needs {split} rows, it has none."
        raise WorkspaceError(message, hint="run `prle embed` on a source with train and validation rows")
    return Rows(sentences=workspace.embeddings(split), labels=workspace.labels(split))
