"""Fit a model of texts on the embeddings of a workspace and store it there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prle.errors import UsageError
from prle.models.labels.training.compute import HERE
from prle.models.labels.training.threads import one_thread
from prle.models.texts.checkpoint import store_answers
from prle.models.texts.experts import count_parameters
from prle.models.texts.interface import lexicon_of
from prle.models.texts.training.fitting import FittedAnswers, Job, fit_answers
from prle.observer import SILENT
from prle.stages.common.text_rows import library_of, questions_of
from prle.stages.fit.interface import FitRequest, TextFitReport, TextTrial
from prle.workspace import save_model

if TYPE_CHECKING:
    from prle.config import Config
    from prle.models.labels.training.compute import Compute
    from prle.observer import Observer
    from prle.workspace import Workspace


def fit(
    workspace: Workspace, config: Config, request: FitRequest, *, compute: Compute = HERE, observer: Observer = SILENT
) -> TextFitReport:
    """Fit what the settings leave open, keep what validation prefers, and report what was tried.

    :raises WorkspaceError: where the workspace has no training or validation rows, or cannot be written.
    :param compute: the device that learned maps are fitted on.
    :raises UsageError: where the settings do not fit the data, or processes are several.
    """
    if compute.ranks.count > 1:
        message = "fit: expected one process where labels are texts; torchrun has started several."
        raise UsageError(message, hint="run `prle fit` without torchrun")
    begun = time.perf_counter()
    job = job_of(workspace)
    with one_thread():
        fitted = fit_answers(config, job, device=compute.device, observer=observer)
    seconds = time.perf_counter() - begun
    if fitted.guarded:
        observer.warn("nothing that was tried holds up beside the raw vector on validation: that is what is kept.")
    save_model(workspace.path, store_answers(fitted, name=request.name, made_from=workspace.identity, seconds=seconds))
    return _report(workspace, fitted, request.name, len(job.library), seconds)


def job_of(workspace: Workspace) -> Job:
    """Return what a workspace lets a model be fitted on and chosen by."""
    train, library = questions_of(workspace, "train"), library_of(workspace)
    validation = questions_of(workspace, "validation")
    return Job(train=train, validation=validation, library=library, lexicon=lexicon_of(train, library))


def _report(workspace: Workspace, fitted: FittedAnswers, name: str, pool: int, seconds: float) -> TextFitReport:
    answers, scores = fitted.config.answers, fitted.config.scores
    return TextFitReport(
        workspace=workspace.path,
        model=name,
        matrices=answers.matrices,
        routing=answers.routing,
        advice=fitted.advice,
        prototypes=len(fitted.clusters),
        parameters=count_parameters(fitted.model.maps),
        pool=pool,
        shrinkage=float(scores.shrinkage),
        lexical=float(scores.lexical),
        guarded=fitted.guarded,
        validation=dict(fitted.figures),
        raw=dict(fitted.raw),
        validation_recall_at_1=fitted.figures["recall_at_1"],
        validation_mrr=fitted.figures["mrr"],
        trials=tuple(
            TextTrial(
                matrices=trial.candidate.matrices,
                routing=trial.candidate.routing,
                penalty=trial.candidate.penalty or None,
                temperature=trial.candidate.temperature or None,
                parameters=trial.parameters,
                **trial.figures,
            )
            for trial in fitted.trials
        ),
        history=fitted.history,
        best_epoch=fitted.best_epoch,
        seconds=seconds,
        seed=fitted.config.train.seed,
    )
