"""Students of one model, taught with every way to weigh rows and several seeds, and whether any of them matters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, get_args

import numpy as np

from prle.errors import UsageError, unknown_name
from prle.models.labels.training.threads import one_thread
from prle.models.students.interface import ImportanceName
from prle.models.students.teaching.distilling import DistillSettings
from prle.observer import SILENT
from prle.stages import can
from prle.stages.bench.interface import ImportanceReport, ImportanceRow
from prle.stages.common.splits import known_split
from prle.stages.distill.distiller import Distiller
from prle.stages.distill.importance import importance_for
from prle.stages.distill.interface import DistillRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prle.observer import Observer
    from prle.stages.bench.interface import BenchRequest
    from prle.stages.distill.courses import Course
    from prle.workspace import Workspace

SEEDS: Final = 3
"""Students for each way to weigh rows, where nobody says otherwise."""

_BEYOND: Final = 2.0
"""Standard errors of the paired differences over seeds that a mean difference has to exceed."""


def bench(opened: Workspace, request: BenchRequest, *, observer: Observer = SILENT) -> ImportanceReport:
    """Teach students of a model with each way to weigh rows, and say whether anything differs beyond the noise.

    Nothing is stored.

    :raises UsageError: for a name that means nothing, a single seed, or a model that is a student.
    """
    names = _ways(request.importance or "all")
    seeds = SEEDS if request.seeds is None else request.seeds
    if seeds < 2:
        message = f"--importance: expected at least 2 seeds, since the noise is what they differ by, got {seeds}."
        raise UsageError(message, hint="use --seeds 3")
    settings = request.student or DistillSettings()
    with one_thread():
        which, name = known_split(opened, request.split), first_fitted(opened, request.only)
        course: Course = can.module("distill", can.subject(opened, name)).course(opened, name)
        measured: dict[str, list[tuple[float, float]]] = {}
        measure = ""
        for done, each in enumerate(names):
            observer.progress("bench", done, len(names), "ways to weigh rows")
            measured[each] = []
            weights = importance_for(opened, course, each, observer, measure=settings.uncertainty)
            measure = measure or weights.uncertainty
            for seed in range(seeds):
                taught = replace(settings, importance=each, seed=seed)
                asked = DistillRequest(settings=taught, name=name, student_name="student", size=settings.size)
                student = Distiller(opened, course, asked, observer, weights=weights).candidate(settings.size)
                score = course.score(student.stored, which)
                measured[each].append((score, student.verdict.agreement["relative_error"]))
        observer.progress("bench", len(names), len(names), "ways to weigh rows")
    rows = tuple(_row(each, measured[each], measured["uniform"]) for each in names)
    return ImportanceReport(
        dataset=opened.manifest.dataset,
        model=name,
        student=settings.form,
        size=settings.size,
        split=which,
        seeds=seeds,
        score_name=course.score_name,
        rows=rows,
        verdict=verdict_of(rows, seeds),
        uncertainty=measure,
    )


def _ways(importance: str) -> tuple[ImportanceName, ...]:
    """Return the ways to weigh rows that are compared: all, or one with ``uniform``.

    :raises UsageError: for a name that means nothing.
    """
    known: tuple[ImportanceName, ...] = get_args(ImportanceName)
    if importance not in ("all", *known):
        what = "--importance"
        raise unknown_name(what, importance, ("all", *known))
    return tuple(name for name in known if importance in ("all", name) or name == "uniform")


def first_fitted(opened: Workspace, only: Sequence[str] | None) -> str:
    """Return the model that students are taught by: the one that was asked for, else the first that is no student.

    :raises UsageError: where there is none.
    """
    fitted = [name for name in opened.model_names if can.subject(opened, name).teacher is None]
    wanted = only[0].removeprefix("prle:") if only else None
    if wanted is not None and wanted not in fitted:
        what = "--only"
        raise unknown_name(what, wanted, fitted)
    if not fitted:
        message = f"{opened.path.name}: expected a fitted model to teach students, it has none."
        raise UsageError(message, hint="run `prle fit` first")
    return wanted or ("default" if "default" in fitted else fitted[0])


def _row(name: str, found: list[tuple[float, float]], uniform: list[tuple[float, float]]) -> ImportanceRow:
    scores, errors = (np.array(each) for each in zip(*found, strict=True))
    gaps = scores - np.array([score for score, _ in uniform])
    compared = name != "uniform"
    return ImportanceRow(
        name=name,
        score=float(scores.mean()),
        score_sd=float(scores.std(ddof=1)),
        relative_error=float(errors.mean()),
        relative_error_sd=float(errors.std(ddof=1)),
        difference=float(gaps.mean()) if compared else None,
        noise=float(_BEYOND * gaps.std(ddof=1) / np.sqrt(len(gaps))) if compared else None,
    )


def verdict_of(rows: tuple[ImportanceRow, ...], seeds: int) -> str:
    """Say which ways to weigh rows differ from weighing all alike by more than the noise of the seeds."""
    compared = [row for row in rows if row.difference is not None and row.noise is not None]
    beyond = [row for row in compared if row.difference and abs(row.difference) > (row.noise or 0.0)]
    if not beyond:
        return f"Nothing differs from weighing all rows alike beyond the noise of {seeds} seeds."
    said = ", ".join(f"{row.name} {'helps' if (row.difference or 0.0) > 0 else 'hurts'}" for row in beyond)
    rest = "; nothing else does" if len(beyond) < len(compared) else ""
    return f"Beyond the noise of {seeds} seeds: {said}{rest}. Of {len(compared)} comparisons one may be luck."
