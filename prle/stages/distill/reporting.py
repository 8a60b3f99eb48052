"""Say what came of students beside their teacher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.models.students.teaching.distilling import MIXED
from prle.models.students.teaching.sizes import APART
from prle.stages.distill.interface import DistillReport, Measured, StudentTrial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prle.stages.can import Target
    from prle.stages.distill.courses import Candidate, Course
    from prle.stages.distill.interface import DistillRequest
    from prle.workspace import Workspace


def report_of(
    opened: Workspace,
    target: Target,
    request: DistillRequest,
    course: Course,
    candidates: Sequence[Candidate],
    chosen: Candidate,
    seconds: float,
) -> DistillReport:
    """Return the report of a distillation.

    :param target: what labels are.
    :param candidates: a student of each size that was tried; ``chosen`` is the one that is kept.
    :param seconds: that all of it took.
    """
    settings, rows = request.settings, opened.splits["train"]
    return DistillReport(
        workspace=opened.path,
        model=request.stored_as,
        teacher=request.name,
        target=target,
        student=settings.form,
        strategy=settings.strategy,
        size=chosen.size,
        heads=settings.heads,
        layers=settings.layers,
        importance=settings.importance,
        uncertainty=chosen.uncertainty,
        group_embedding=settings.group_embedding if course.filing.kind else "",
        rows=rows,
        mixtures=MIXED * rows if settings.form != "factored" else 0,
        taught=Measured(**course.taught().measured),
        trials=tuple(
            StudentTrial(size=each.size, agreement=each.verdict.agreement, **each.verdict.measured)
            for each in candidates
        ),
        reason=_reason([each.size for each in candidates]),
        errors=dict(chosen.errors),
        seconds=seconds,
        seed=settings.seed,
        dense_parameters=course.dense_parameters,
        **chosen.verdict.listed,
    )


def _reason(sizes: Sequence[int]) -> str:
    """Say why a size was taken."""
    if len(sizes) == 1:
        return "as it was asked for"
    return (
        f"the smallest of {', '.join(map(str, sizes))} whose task error is at most a standard error above the best "
        f"one, and whose relative error is within {APART:g} of the lowest"
    )
