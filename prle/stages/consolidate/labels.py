"""Put prototypes of a fitted model together, and store what comes out beside it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.errors import UsageError
from prle.metrics.numbers import paired_bootstrap
from prle.models.consolidation import group_anchors, merged_members
from prle.models.labels.checkpoint import load
from prle.models.labels.committee import count_parameters
from prle.models.labels.training.committee import refit_members
from prle.stages.common.judging import MEASURED, judge, rows_of
from prle.stages.consolidate.groups import Crowd, choose, new_name, put_together
from prle.stages.consolidate.interface import ConsolidateReport, Quality
from prle.stages.fit.labels import stored_beside
from prle.workspace import save_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import MergingName
    from prle.metrics.numbers import Statistic
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.training.rows import Rows
    from prle.observer import Observer
    from prle.stages.consolidate.interface import ConsolidateRequest
    from prle.workspace import Workspace

AVERAGED: Final = ("linear", "constant")
"""Experts whose mean says the mean of what they say."""


def consolidate(opened: Workspace, request: ConsolidateRequest, *, observer: Observer) -> ConsolidateReport:
    """Put prototypes of numbers or classes together."""
    begun, name = time.perf_counter(), request.name
    checkpoint = load(opened, name)
    _check(checkpoint, request.merging)
    train, validation = (rows_of(opened, split, "consolidating") for split in ("train", "validation"))
    train = replace(train, labels=checkpoint.taught(train.labels))
    crowd = _crowd(checkpoint, train, validation)
    grouped = choose(request, crowd)
    called = new_name(request, grouped.after.prototypes)
    merged = _merged(checkpoint, crowd, grouped.groups)
    if request.merging == "retrain":
        merged = _retrained(merged, train, validation, observer)
    after = judge(merged, validation)
    after.measured["fit_seconds"] = time.perf_counter() - begun
    kept = stored_beside(opened, after, name=called)
    record = {"from": name, "prototypes": len(crowd.sizes), "grouping": request.grouping, "merging": request.merging}
    history = kept.history or opened.model(name).history
    save_model(opened.path, replace(kept, summary={**kept.summary, "consolidated": record}, history=history))
    both = _Both(before=checkpoint, after=after, validation=validation)
    manifest = opened.manifest
    return ConsolidateReport(
        workspace=opened.path,
        model=called,
        source=name,
        target=checkpoint.target.name,
        grouping=request.grouping,
        merging=request.merging,
        automatic=request.to is None,
        fields=manifest.names,
        table=bool(manifest.columns),
        rows=len(validation.labels),
        before=grouped.before,
        after=grouped.after,
        tried=grouped.tried,
        qualities=both.qualities,
        likeness_name="same_class" if validation.classes else "mean_move",
        likeness=both.likeness,
        groups=put_together(opened, grouped, crowd.sizes, after.anchors),
        parameters=(count_parameters(checkpoint.members), count_parameters(after.members)),
        seconds=time.perf_counter() - begun,
    )


def _check(checkpoint: Checkpoint, merging: MergingName) -> None:
    """Refuse what experts cannot become.

    :raises UsageError: saying why.
    """
    kind = checkpoint.config.experts.kind
    if merging == "low_rank":
        message = "consolidate: low_rank is for the maps of texts; these experts are small already."
        raise UsageError(message, hint="--how merge, or --how retrain")
    if merging == "merge" and kind not in AVERAGED:
        message = f"consolidate: the mean of two {kind} experts says nothing that either of them said."
        raise UsageError(message, hint="--how retrain starts each from the expert of the prototype in its middle")


def _crowd(checkpoint: Checkpoint, train: Rows, validation: Rows) -> Crowd:
    """Return the prototypes in the retrieval space, each as large as its weight on training rows."""
    predictor = checkpoint.predictor()
    points = predictor.retrieval(checkpoint.members[0]["prototypes"]["vectors"])
    spoken = predictor.weights(train.sentences).sum(axis=0, dtype=np.float64)
    # A prototype that never speaks still belongs somewhere.
    sizes = spoken + np.finfo(np.float32).eps * len(train.labels)

    def weights(groups: NDArray[np.int64]) -> NDArray[np.floating]:
        chosen = group_anchors(points, sizes, groups)
        members = tuple(merged_members(member, chosen, sizes, groups) for member in checkpoint.members)
        return (
            replace(checkpoint, members=members, anchors=checkpoint.anchors[chosen])
            .predictor()
            .weights(validation.sentences)
        )

    return Crowd(points=points, sizes=sizes, weights=weights)


def _merged(checkpoint: Checkpoint, crowd: Crowd, groups: NDArray[np.int64]) -> Checkpoint:
    chosen = group_anchors(crowd.points, crowd.sizes, groups)
    members = tuple(merged_members(member, chosen, crowd.sizes, groups) for member in checkpoint.members)
    prototypes = checkpoint.config.prototypes.model_copy(update={"count": len(chosen)})
    left = {key: value for key, value in checkpoint.measured.items() if not key.startswith(MEASURED)}
    return replace(
        checkpoint,
        config=checkpoint.config.model_copy(update={"prototypes": prototypes}),
        members=members,
        anchors=checkpoint.anchors[chosen],
        measured={**left, "merged": float(len(groups) - len(chosen))},
    )


def _retrained(merged: Checkpoint, train: Rows, validation: Rows, observer: Observer) -> Checkpoint:
    fitted = refit_members(merged.config, merged.target, merged.members, merged.anchors, train, validation, observer)
    return replace(merged, members=tuple(each.parameters for each in fitted), history=fitted[0].history)


@dataclass(frozen=True, kw_only=True)
class _Both:
    """The model before and the one after, and the rows that they are compared on."""

    before: Checkpoint
    after: Checkpoint
    validation: Rows

    @property
    def _predicted(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What both predict: label units (N,), or of classes their codes (N,)."""
        old, new = (each.predictor().predict(self.validation.sentences) for each in (self.before, self.after))
        if not self.validation.classes:
            return old, new
        return old.argmax(axis=1).astype(np.float64), new.argmax(axis=1).astype(np.float64)

    @property
    def likeness(self) -> float:
        """How far predictions have moved on average, or the share of rows whose class has not changed."""
        old, new = self._predicted
        return float(np.mean(old == new)) if self.validation.classes else float(np.mean(np.abs(new - old)))

    @property
    def qualities(self) -> tuple[Quality, ...]:
        """The score and the criterion of both, the score or RMSE with its paired interval."""
        target, labels = self.after.target, self.validation.labels
        old, new = self._predicted
        statistic: Statistic = "accuracy" if self.validation.classes else "rmse"
        differences = {str(statistic): paired_bootstrap(labels, new, old, statistic)}
        return tuple(
            Quality(
                name=figure.name,
                before=self.before.measured[f"{MEASURED}{figure.name}"],
                after=self.after.measured[f"{MEASURED}{figure.name}"],
                difference=differences.get(figure.name),
            )
            for figure in (target.score, target.criterion)
        )
