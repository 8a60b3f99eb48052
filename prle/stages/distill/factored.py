"""A student of texts that keeps its teacher's routing, and of its maps a mean and a few directions each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prle.errors import UsageError
from prle.models.texts.experts import count_parameters
from prle.stages.distill.courses import Candidate
from prle.workspace.clock import timestamp

if TYPE_CHECKING:
    from prle.stages.distill.interface import DistillRequest
    from prle.stages.distill.texts import TextCourse


def candidate(course: TextCourse, request: DistillRequest, size: int) -> Candidate:
    """Return the student whose experts keep ``size`` directions each: still a routed model, which nothing is taught.

    :raises UsageError: for a strategy, since there is one way alone.
    """
    if request.settings.strategy != "projection":
        message = f"--student factored: expected no other strategy than projection, got {request.settings.strategy}."
        raise UsageError(message, hint="leave out --strategy")
    teacher, maps = course.stored, course.factored(size)
    kept = {path: array for path, array in teacher.arrays.items() if not path.startswith("maps/")}
    stored = replace(
        teacher,
        name=request.stored_as,
        arrays={**kept, **{f"maps/{name}": array for name, array in maps.items()}},
        created=timestamp(),
    )
    parameters = count_parameters(maps)
    spared = parameters - teacher.summary["parameters"]
    verdict = course.verdict(course.restored(stored).model, course.taught().parameters + spared)
    told = {"parameters": parameters, "factored_from": request.name, **verdict.kept}
    return Candidate(size=size, stored=replace(stored, summary={**stored.summary, **told}), verdict=verdict)
