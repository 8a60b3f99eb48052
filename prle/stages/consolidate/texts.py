"""Put clusters of a model of texts together."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from prle.metrics.numbers import paired_bootstrap
from prle.models.texts.checkpoint import restore_answers, store_answers
from prle.models.texts.consolidating import all_weights, check_merged, consolidate_answers, regrouped, routed_anew
from prle.models.texts.experts import count_parameters
from prle.models.texts.model import rank
from prle.stages.consolidate.groups import Crowd, choose, new_name, put_together
from prle.stages.consolidate.interface import ConsolidateReport, Quality
from prle.stages.fit.texts import job_of
from prle.workspace import save_model

if TYPE_CHECKING:
    from prle.models.texts.model import AnswerModel
    from prle.models.texts.training.fitting import Job
    from prle.observer import Observer
    from prle.stages.consolidate.interface import ConsolidateRequest
    from prle.workspace import Workspace

_SHOWN = ("recall_at_10", "mrr")


def consolidate(opened: Workspace, request: ConsolidateRequest, *, observer: Observer) -> ConsolidateReport:
    """Put clusters of a model of texts together."""
    begun, name = time.perf_counter(), request.name
    job = job_of(opened)
    questions, width = job.train.asked.vectors, job.library.vectors.shape[1]
    stored = opened.model(name)
    restored = restore_answers(stored, questions, width=width)
    check_merged(restored, name)
    sizes = restored.clusters.sizes.astype(np.float64)
    crowd = Crowd(
        points=restored.clusters.centroids,
        sizes=sizes,
        weights=lambda groups: all_weights(
            routed_anew(restored, regrouped(restored, groups, questions), questions), job.validation.asked
        ),
    )
    grouped = choose(request, crowd)
    called = new_name(request, grouped.after.prototypes)
    fitted = consolidate_answers(restored, grouped.groups, request.merging, job, observer)
    seconds = time.perf_counter() - begun
    kept = store_answers(fitted, name=called, made_from=opened.identity, seconds=seconds)
    record = {"from": name, "prototypes": len(sizes), "grouping": request.grouping, "merging": request.merging}
    history = kept.history or stored.history
    save_model(opened.path, replace(kept, summary={**kept.summary, "consolidated": record}, history=history))
    manifest = opened.manifest
    return ConsolidateReport(
        workspace=opened.path,
        model=called,
        source=name,
        target="text",
        grouping=request.grouping,
        merging=request.merging,
        automatic=request.to is None,
        fields=manifest.names,
        table=bool(manifest.columns),
        rows=len(job.validation),
        before=grouped.before,
        after=grouped.after,
        tried=grouped.tried,
        qualities=_qualities(restored.model, fitted.model, job),
        likeness_name="cosine",
        likeness=_likeness(restored.model, fitted.model, job),
        groups=put_together(opened, grouped, sizes, fitted.anchors, fitted.clusters.names),
        parameters=(count_parameters(restored.model.maps), count_parameters(fitted.model.maps)),
        seconds=seconds,
    )


def _qualities(before: AnswerModel, after: AnswerModel, job: Job) -> tuple[Quality, ...]:
    """Return how well both rank the texts of validation questions."""
    old, new = (rank(each, job.validation, job.library, job.lexicon) for each in (before, after))
    difference = paired_bootstrap(np.ones(len(job.validation)), new.hits(1), old.hits(1), "accuracy")
    first, second = old.figures(), new.figures()
    shown = Quality(name="recall_at_1", before=first["recall_at_1"], after=second["recall_at_1"], difference=difference)
    return (shown, *(Quality(name=each, before=first[each], after=second[each]) for each in _SHOWN))


def _likeness(before: AnswerModel, after: AnswerModel, job: Job) -> float:
    """Return the mean cosine of the vectors that both predict for validation questions."""
    old, new = (each.vectors(job.validation.asked) for each in (before, after))
    return float(np.mean(np.sum(old * new, axis=1)))
