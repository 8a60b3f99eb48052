"""Put prototypes of a fitted model together, and store what comes out beside it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from prle.explanation.promise import promise
from prle.metrics.numbers import paired_bootstrap
from prle.models.labels.checkpoint import load, parameters_of
from prle.stages.common.judging import MEASURED, judge, rows_of
from prle.stages.consolidate.forms import Experts, Voting
from prle.stages.consolidate.groups import Crowd, choose, new_name, put_together
from prle.stages.consolidate.interface import ConsolidateReport, Quality
from prle.stages.fit.labels import stored_beside
from prle.workspace import save_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.metrics.numbers import Statistic
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.training.rows import Rows
    from prle.observer import Observer
    from prle.stages.consolidate.interface import ConsolidateRequest
    from prle.workspace import Workspace


def consolidate(opened: Workspace, request: ConsolidateRequest, *, observer: Observer) -> ConsolidateReport:
    """Put prototypes of numbers or classes together."""
    begun, name = time.perf_counter(), request.name
    checkpoint = load(opened, name)
    train, validation = (rows_of(opened, split, "consolidating") for split in ("train", "validation"))
    train = replace(train, labels=checkpoint.taught(train.labels))
    make = Experts if checkpoint.ballot is None else Voting
    form = make(checkpoint=checkpoint, train=train, validation=validation)
    form.check(request.merging)

    def weights(groups: NDArray[np.int64]) -> NDArray[np.floating]:
        return form.merged(groups).predictor().weights(validation.sentences)

    grouped = choose(request, Crowd(points=form.points, sizes=form.sizes, weights=weights))
    called = new_name(request, grouped.after.prototypes)
    merged = form.merged(grouped.groups)
    if request.merging == "retrain":
        merged = form.retrained(merged, observer)
    after = judge(merged, validation)
    after.measured.update(promise(after, train, validation, seed=checkpoint.config.train.seed).figures())
    after.measured["fit_seconds"] = time.perf_counter() - begun
    kept = stored_beside(opened, after, name=called)
    record = {"from": name, "prototypes": len(form.sizes), "grouping": request.grouping, "merging": request.merging}
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
        same_vote=form.same_vote(after),
        groups=put_together(opened, grouped, form.sizes, after.anchors),
        parameters=(parameters_of(checkpoint), parameters_of(after)),
        seconds=time.perf_counter() - begun,
    )


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
