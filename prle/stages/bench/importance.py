"""Students of one model, taught with every way to weigh rows and several seeds, and whether any of them matters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, get_args

import numpy as np

from prle.errors import UsageError, unknown_name
from prle.models.labels.training.threads import one_thread
from prle.models.students.interface import ImportanceName
from prle.models.students.teaching.distilling import DistillSettings
from prle.models.texts.interface import lexicon_of
from prle.models.texts.model import rank
from prle.observer import SILENT
from prle.stages.bench.interface import ImportanceReport, ImportanceRow
from prle.stages.common.kinds import has_texts, is_student
from prle.stages.common.splits import known_split
from prle.stages.common.students import fitting_student, labels_of
from prle.stages.common.text_rows import library_of, questions_of
from prle.stages.distill.importance import importance_for
from prle.stages.distill.interface import DistillRequest
from prle.stages.distill.stage import Distiller, course_of
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prle.data.interface import SplitName
    from prle.observer import Observer
    from prle.workspace import Workspace
    from prle.workspace.interface import StoredModel

SEEDS: Final = 3
"""Students for each way to weigh rows, where nobody says otherwise."""

_BEYOND: Final = 2.0
"""Standard errors of the paired differences over seeds that a mean difference has to exceed."""


def bench_importance(
    workspace: Path,
    importance: str,
    *,
    only: Sequence[str] | None = None,
    split: str = "test",
    seeds: int | None = None,
    settings: DistillSettings | None = None,
    size: int = 64,
    observer: Observer = SILENT,
) -> ImportanceReport:
    """Teach students of a model with each way to weigh rows, and say whether anything differs beyond the noise.

    Nothing is stored.

    :param importance: ``all``, or one that is compared with ``uniform``.
    :param only: the row of the model that teaches, ``prle:NAME``; by default the first that is no student.
    :param seeds: of the students, from 0; at least 2.
    :raises UsageError: for a name that means nothing, a single seed, or a model that is a student.
    """
    known = get_args(ImportanceName)
    if importance not in ("all", *known):
        what = "--importance"
        raise unknown_name(what, importance, ("all", *known))
    count = SEEDS if seeds is None else seeds
    if count < 2:
        message = f"--importance: expected at least 2 seeds, since the noise is what they differ by, got {count}."
        raise UsageError(message, hint="use --seeds 3")
    names = tuple(name for name in known if importance in ("all", name) or name == "uniform")
    chosen = settings or DistillSettings()
    with open_workspace(workspace) as opened, one_thread():
        which, name = known_split(opened, split), first_fitted(opened, only)
        measured: dict[str, list[tuple[float, float]]] = {}
        measure = ""
        for done, each in enumerate(names):
            observer.progress("bench", done, len(names), "ways to weigh rows")
            measured[each] = []
            weights = importance_for(opened, course_of(opened, name), each, observer, measure=chosen.uncertainty)
            measure = measure or weights.uncertainty
            for seed in range(count):
                taught = replace(chosen, importance=each, seed=seed, size=size)
                request = DistillRequest(settings=taught, name=name, student_name="student", size=size)
                distiller = Distiller(opened, request, observer, weights=weights)
                stored, judged, _ = distiller.student(taught)
                found = score_of(opened, stored, which), judged.agreement["relative_error"]
                measured[each].append(found)
        observer.progress("bench", len(names), len(names), "ways to weigh rows")
        score_name = "recall_at_1" if has_texts(opened) else "accuracy" if opened.manifest.classes else "pearson"
        rows = tuple(_row(each, measured[each], measured["uniform"]) for each in names)
        return ImportanceReport(
            dataset=opened.manifest.dataset,
            model=name,
            student=chosen.form,
            size=size,
            split=which,
            seeds=count,
            score_name=score_name,
            rows=rows,
            verdict=verdict_of(rows, count),
            uncertainty=measure,
        )


def score_of(opened: Workspace, stored: StoredModel, split: SplitName) -> float:
    """Return Pearson, accuracy or R@1 of a student that need not be stored."""
    student = fitting_student(opened, stored)
    if student.answers is None:
        model = labels_of(student)
        figures = model.target.watched(opened.labels(split), model.predict(opened.embeddings(split)))
        return figures[model.target.score.name]
    train, library = questions_of(opened, "train"), library_of(opened)
    lexicon = lexicon_of(train, library) if student.answers.lexical > 0.0 else None
    return rank(student.answers, questions_of(opened, split), library, lexicon).figures()["recall_at_1"]


def first_fitted(opened: Workspace, only: Sequence[str] | None) -> str:
    """Return the model that students are taught by: the one that was asked for, else the first that is no student.

    :raises UsageError: where there is none.
    """
    fitted = [name for name in opened.model_names if not is_student(opened, name)]
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
