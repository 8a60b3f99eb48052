"""Fit a model on the embeddings of a workspace and store it there."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.errors import UsageError
from prle.explanation import nearest_others, spacing_of
from prle.explanation.promise import promise
from prle.explanation.regimes import ALONE
from prle.metrics.promise import PROMISED
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.checkpoint import Checkpoint, parameters_of, store
from prle.models.labels.targets import kind_of, measure_target
from prle.models.labels.training.closed_form import is_solved
from prle.models.labels.training.committee import fit_committee
from prle.models.labels.training.compute import HERE
from prle.models.labels.training.pruning import prune
from prle.models.labels.training.studies.counts import study_counts
from prle.models.labels.training.studies.spaces import study_spaces
from prle.models.labels.training.threads import one_thread
from prle.models.labels.votes.fitting import fit_votes
from prle.models.labels.votes.scores import Work
from prle.observer import SILENT, Judged, Observer
from prle.stages.common.judging import MEASURED, judge, rows_of
from prle.stages.common.memory import SHARE, machine_memory
from prle.stages.fit.interface import FitReport, FitRequest
from prle.workspace import save_model
from prle.workspace.vectors import MappedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.config import Config, ProjectionName, VotersName
    from prle.models.labels.training.compute import Compute
    from prle.models.labels.training.rows import Rows
    from prle.observer import EpochRecord
    from prle.workspace import StoredModel, Workspace


COPIES: Final = 64
"""A fit of what votes takes up to so many times the memory of the vectors that it is given."""

FLOAT32: Final = 4

ALONE_IS: Final = "alone_"
"""What names of the validation figures of the score alone begin with where they are kept."""

USUAL_PROJECTION: Final[Mapping[str, ProjectionName]] = {"pairs": "siamese", "classes": "identity", "numbers": "mlp"}


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a model was trained, as far as it was by steps.

    :param start: what was measured before the first one.
    """

    history: tuple[EpochRecord, ...]
    start: Judged
    best_epoch: int
    stopped_early: bool

    @classmethod
    def of(cls, history: tuple[EpochRecord, ...], *, stopped_early: bool) -> Course:
        """Read it from its records, of which there may be none."""
        kept = [record.epoch for record in history if record.best]
        return cls(
            history=history,
            start=history[0] if history else Judged(),
            best_epoch=kept[-1] if kept else 0,
            stopped_early=stopped_early and bool(history),
        )


def fit(
    opened: Workspace, config: Config, request: FitRequest, *, compute: Compute = HERE, observer: Observer = SILENT
) -> FitReport:
    """Fit a model of numbers or classes and keep it, as the first of however many processes."""
    checkpoint, course = fit_model(opened, config, memory=request.memory, compute=compute, observer=observer)
    if compute.ranks.first:
        return keep(opened, checkpoint, course, name=request.name)
    return report_of(opened, checkpoint, course, name=request.name)


def keep(opened: Workspace, checkpoint: Checkpoint, course: Course, *, name: str) -> FitReport:
    """Store what was fitted on an open workspace under ``name``, and report what was measured of it.

    :raises WorkspaceError: where the file cannot be written.
    """
    save_model(opened.path, stored_beside(opened, checkpoint, name=name))
    return report_of(opened, checkpoint, course, name=name)


def report_of(opened: Workspace, checkpoint: Checkpoint, course: Course, *, name: str) -> FitReport:
    """Report what was fitted on an open workspace, and what was measured of it."""
    measured, prune_tolerance = checkpoint.measured, checkpoint.config.prototypes.prune
    return FitReport(
        workspace=opened.path,
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
        best_epoch=course.best_epoch,
        stopped_early=course.stopped_early,
        validation_spearman=measured.get("validation_spearman"),
        prior_validation_pearson=course.start.validation_pearson,
        prior_validation_accuracy=course.start.validation_accuracy,
        prior_validation_log_loss=course.start.validation_log_loss,
        target=checkpoint.target.name,
        validation={key.removeprefix(MEASURED): value for key, value in measured.items() if key.startswith(MEASURED)},
        majority_rate=measured.get("majority_rate"),
        pruned=int(measured.get("pruned", 0)),
        prune_change=measured.get("prune_change"),
        prune_tolerance=None if prune_tolerance == "off" else prune_tolerance,
        validation_pearson=measured.get("validation_pearson"),
        validation_rmse=measured.get("validation_rmse"),
        validation_accuracy=measured.get("validation_accuracy"),
        validation_log_loss=measured.get("validation_log_loss"),
        seconds=measured["fit_seconds"],
        parameters=parameters_of(checkpoint),
        promise={name: measured[name] for name in PROMISED if name in measured},
        cpu_seconds=measured.get("fit_cpu_seconds"),
        **_voted(checkpoint),
        solved=bool(checkpoint.members) and all(is_solved(member) for member in checkpoint.members),
        history=course.history,
    )


def _voted(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return what a report says of a model in which examples vote; nothing of another."""
    if checkpoint.ballot is None:
        return {}
    measured, place = checkpoint.measured, checkpoint.config.place
    return {
        "voters": checkpoint.config.votes.voters,
        "base": str(checkpoint.config.votes.base),
        "neighbours": int(place.neighbours),
        "place": {name: float(value) for name, value in place.model_dump().items()},
        "alone": {key.removeprefix(ALONE_IS): value for key, value in measured.items() if key.startswith(ALONE_IS)},
        "index_cells": int(measured["index_cells"]),
        "index_recall": measured["index_recall"],
    }


def stored_beside(opened: Workspace, checkpoint: Checkpoint, *, name: str) -> StoredModel:
    """Return what was fitted on an open workspace in the form that it keeps."""
    return store(checkpoint, name=name, made_from=opened.identity)


def fit_model(
    workspace: Workspace,
    config: Config,
    *,
    memory: int | None = None,
    compute: Compute = HERE,
    observer: Observer = SILENT,
) -> tuple[Checkpoint, Course]:
    """Fit a model on an open workspace without storing it; return how its first member was fitted as well."""
    train, validation = (rows_of(workspace, split, "fitting", memory=memory) for split in ("train", "validation"))
    return fit_rows(train, validation, config, compute=compute, observer=observer)


def fit_rows(
    train: Rows, validation: Rows, config: Config, *, compute: Compute = HERE, observer: Observer = SILENT
) -> tuple[Checkpoint, Course]:
    """Fit a model on rows, wherever they are from; return how its first member was fitted as well.

    :raises UsageError: where the settings do not fit the rows.
    """
    with one_thread():
        return _fit(train, validation, config, compute, observer)


def _fit(
    train: Rows, validation: Rows, config: Config, compute: Compute, observer: Observer
) -> tuple[Checkpoint, Course]:
    begun, worked = time.perf_counter(), time.process_time()
    checkpoint, course = MAKERS[config.votes.voters](train, validation, config, compute, observer)
    checkpoint = _measured(checkpoint, train, validation)
    checkpoint.measured["fit_seconds"] = time.perf_counter() - begun
    checkpoint.measured["fit_cpu_seconds"] = time.process_time() - worked
    _doubt(checkpoint, observer)
    return checkpoint, course


def _with_experts(
    train: Rows, validation: Rows, config: Config, compute: Compute, observer: Observer
) -> tuple[Checkpoint, Course]:
    """Fit experts whose sum is the prediction.

    :raises UsageError: for a base, since it serves those who vote.
    """
    if config.votes.base != "auto":
        message = (
            f"votes.base {config.votes.base}: expected somebody to vote over it, with votes.voters none nobody does."
        )
        raise UsageError(message, hint="use --voters examples")
    settled = _settled(config, train, validation, compute, observer)
    target = measure_target(train.labels, train.classes, settled.experts.combine)
    fitted = fit_committee(settled, target, train, validation, observer, compute=compute)
    members, anchors, pruned = tuple(member.parameters for member in fitted), fitted[0].anchors, {}
    if settled.prototypes.prune != "off":
        tolerance = settled.prototypes.prune
        left = prune(assemble(settled), members, target, anchors, validation, tolerance=tolerance)
        members, anchors = left.members, left.anchors
        pruned = {"pruned": float(left.removed), "prune_change": left.largest_change}
    checkpoint = Checkpoint(
        config=settled,
        target=target,
        members=members,
        anchors=anchors,
        history=fitted[0].history,
        measured=pruned,
    )
    return checkpoint, Course.of(fitted[0].history, stopped_early=fitted[0].stopped_early)


def _with_voters(
    train: Rows, validation: Rows, config: Config, compute: Compute, observer: Observer
) -> tuple[Checkpoint, Course]:
    """Fit what expects, and let labels of training rows make the prediction."""
    held, drawn = _held(train, config.train.seed)
    if len(drawn) < len(train.labels):
        observer.note(f"memory holds {len(drawn):,} of {len(train.labels):,} rows: they are drawn at random, and vote.")
    checks, _ = _held(validation, config.train.seed)
    config = settle(counted(_with_projection(config, held), held, checks, observer), held.kind)
    made = fit_votes(config, held, checks, Work(observer=observer, compute=compute))
    voters = made.ballot.voters
    voters = replace(voters, rows=drawn[voters.rows], anchors=drawn[voters.anchors])
    ballot = replace(made.ballot, voters=voters)
    poll = ballot.predictor(made.config, made.target).poll(checks.sentences)
    checkpoint = Checkpoint(
        config=made.config,
        target=made.target,
        members=(),
        anchors=voters.anchors,
        history=made.history,
        measured=made.measured,
        ballot=replace(ballot, poll=poll),
    )
    return checkpoint, Course.of(made.history, stopped_early=len(made.history) <= config.train.epochs)


def _held(rows: Rows, seed: int) -> tuple[Rows, NDArray[np.int64]]:
    """Return rows whose vectors memory holds, all or drawn at random, and their numbers. *Shape:* (n,)."""
    vectors, count = rows.sentences, len(rows.labels)
    room = SHARE * vectors.resident if isinstance(vectors, MappedRows) else machine_memory()
    share = room // (COPIES * FLOAT32 * vectors.shape[1] * vectors.shape[2])
    if count <= share and isinstance(vectors, np.ndarray):
        return rows, np.arange(count)
    drawn = np.sort(np.random.default_rng(seed).permutation(count)[: max(1, share)])
    return rows.taken(drawn), drawn


MAKERS: Final[Mapping[VotersName, Callable[..., tuple[Checkpoint, Course]]]] = {
    "examples": _with_voters,
    "prototypes": _with_voters,
    "none": _with_experts,
}
"""How a model is fitted, by who votes in it."""


def _with_projection(config: Config, train: Rows) -> Config:
    """Settle the value space of a score's experts without trying several: votes make little of the difference."""
    space = config.value_space
    if not space.enabled or space.projection != "auto":
        return config
    named = USUAL_PROJECTION["pairs" if train.kind.pairs else "classes" if train.kind.classes else "numbers"]
    return config.model_copy(update={"value_space": space.model_copy(update={"projection": named})})


def settled_for(workspace: Workspace, config: Config) -> Config:
    """Replace every ``auto`` but the number of prototypes by what it means for the rows of a workspace."""
    manifest = workspace.manifest
    kind = RowKind(sentences=len(manifest.fields), table=bool(manifest.columns), target=kind_of(manifest.classes))
    return settle(config, kind)


def _settled(config: Config, train: Rows, validation: Rows, compute: Compute, observer: Observer) -> Config:
    """Replace every ``auto``: what has to be tried by what the validation rows say, the rest by what it means."""
    config = counted(config, train, validation, observer)
    space = config.value_space
    if space.enabled and space.projection == "auto":
        study = study_spaces(config, train, validation, observer, compute=compute)
        observer.note(f"projection auto settles on {study.reason}")
        config = config.model_copy(update={"value_space": space.model_copy(update={"projection": study.chosen})})
    return settle(config, train.kind)


def counted(config: Config, train: Rows, validation: Rows, observer: Observer) -> Config:
    """Settle a number of prototypes that is still ``auto``, and tell why this one."""
    if config.prototypes.count != "auto":
        return config
    recommended = study_counts(settle(config, train.kind), train, validation, observer=observer).recommendation
    observer.note(f"prototypes auto settles on {recommended.reason}")
    prototypes = config.prototypes.model_copy(update={"count": recommended.count})
    return config.model_copy(update={"prototypes": prototypes})


def _measured(checkpoint: Checkpoint, train: Rows, validation: Rows) -> Checkpoint:
    """Measure what is stored, through the code that will answer."""
    predictor, rng = checkpoint.predictor(), np.random.default_rng(checkpoint.config.train.seed)
    standing = predictor.standing(train.sentences)
    nearest = nearest_others(len(standing), lambda rows: standing[rows], rng)
    spacing = spacing_of(nearest)
    judged = judge(checkpoint, validation)
    promised = promise(judged, train, validation, seed=checkpoint.config.train.seed).figures()
    measured = {**judged.measured, **promised, **_alone(judged, validation), "neighbour_spacing": spacing}
    return replace(judged, measured=measured, usual=nearest / spacing)


def _alone(checkpoint: Checkpoint, validation: Rows) -> dict[str, float]:
    """Measure what the bases expect of the validation rows, before anybody votes; nothing where they only place."""
    if checkpoint.ballot is None:
        return {}
    said = checkpoint.ballot.predictor(checkpoint.config, checkpoint.target).score(validation.sentences)
    if said is None:
        return {}
    measured = checkpoint.target.measures(validation.labels, said)
    return {f"{ALONE_IS}{name}": value for name, value in measured.items()}


def _doubt(checkpoint: Checkpoint, observer: Observer) -> None:
    """Warn where a model has found nothing worth the name: no regimes, or no more than the most frequent class."""
    measured, count = checkpoint.measured, len(checkpoint.anchors)
    if count > 1 and measured["largest_share"] > ALONE:
        observer.warn(
            f"one of {count} prototypes holds {measured['largest_share']:.0%} of the weight, the others say next to "
            "nothing; a higher router.temperature, or more of losses.joint.balance, shares it out."
        )
    accuracy, majority = measured.get(f"{MEASURED}accuracy", 1.0), measured.get("majority_rate", 0.0)
    if accuracy <= majority:
        observer.warn(
            f"validation accuracy {accuracy:.4f} is no more than that of always saying the most frequent class "
            f"({majority:.4f})."
        )
