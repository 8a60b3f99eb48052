"""Teach a small model to say what a fitted one says, and store it beside its teacher."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, get_args

from prle.encoders.uncertainty import UncertaintyName
from prle.errors import UsageError, unknown_name
from prle.models.labels.training.threads import one_thread
from prle.models.students.interface import GroupEmbeddingName, ImportanceName, StrategyName, StudentName
from prle.models.students.teaching.distilling import DistillSettings
from prle.models.students.teaching.sizes import SizeTrial, parsimonious
from prle.observer import SILENT
from prle.stages import can
from prle.stages.distill.distiller import Distiller
from prle.stages.distill.interface import DistillRequest
from prle.stages.distill.reporting import report_of
from prle.workspace import open_workspace, save_model
from prle.workspace.sections import check_model_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from prle.observer import Observer
    from prle.stages.distill.courses import Candidate, Course
    from prle.stages.distill.interface import DistillReport

_DOUBTS: Final = ("uncertainty", "combined")
"""Ways to weigh rows that ask how sure the encoder is."""


def distill(workspace: Path, request: DistillRequest | None = None, *, observer: Observer = SILENT) -> DistillReport:
    """Distil a fitted model of any target, whose kind is found out, and store the student.

    It learns from training rows and from mixtures of them, never from their labels; which epoch is kept, and which size
    where none is given, is for validation rows to say.

    :raises UsageError: for a form or strategy that does not suit the teacher, or a teacher that is a student.
    :raises WorkspaceError: where the teacher is missing, stale or broken.
    """
    request = request or DistillRequest(settings=DistillSettings())
    check_names(request)
    begun = time.perf_counter()
    with open_workspace(workspace) as opened, one_thread():
        about = can.subject(opened, request.name)
        module = can.module("distill", about)
        can.check("distill", about, request.settings)
        course: Course = module.course(opened, request.name)
        make: Callable[[int], Candidate] = Distiller(opened, course, request, observer).candidate
        if request.settings.form == "factored":
            make = partial(can.module("distill --student factored", about).candidate, course, request)
        candidates = [make(size) for size in request.sizes(opened.manifest.encoder.width)]
        chosen = _smallest_good(candidates)
        taken = time.perf_counter() - begun
        report = report_of(opened, about.target, request, course, candidates, chosen, taken)
    save_model(workspace, replace(chosen.stored, summary={**chosen.stored.summary, "fit_seconds": taken}))
    return report


def check_names(request: DistillRequest) -> None:
    """Refuse names that mean nothing.

    :raises UsageError: naming the nearest one that does.
    """
    settings = request.settings
    for option, value, names in (
        ("--student", settings.form, get_args(StudentName)),
        ("--strategy", settings.strategy, get_args(StrategyName)),
        ("--group-embedding", settings.group_embedding, get_args(GroupEmbeddingName)),
        ("--importance", settings.importance, get_args(ImportanceName)),
        ("--uncertainty", settings.uncertainty, get_args(UncertaintyName)),
    ):
        if value not in names:
            raise unknown_name(option, value, names)
    if settings.uncertainty != "auto" and settings.importance not in _DOUBTS:
        message = f"--uncertainty: expected --importance {' or '.join(_DOUBTS)}, got {settings.importance}."
        raise UsageError(message, hint=f"add --importance {_DOUBTS[0]}")
    check_model_name(request.stored_as)
    if request.stored_as == request.name:
        message = f"--as {request.name}: expected another name than that of the teacher."
        raise UsageError(message, hint="leave out --as")


def _smallest_good(candidates: Sequence[Candidate]) -> Candidate:
    """Return the student that is kept, which of several sizes validation rows decide."""
    trials = [
        SizeTrial(size=each.size, losses=each.verdict.losses, relative_error=each.verdict.agreement["relative_error"])
        for each in candidates
    ]
    return candidates[parsimonious(trials)]
