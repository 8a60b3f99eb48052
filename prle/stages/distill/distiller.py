"""Teach students of one teacher."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from prle.models.students.checkpoint import store_student
from prle.models.students.interface import HIDDEN
from prle.models.students.record import StudentRecord
from prle.models.students.teaching.distilling import Classroom, distilled, lessons
from prle.models.students.teaching.groups import group_vectors
from prle.stages.common.query import target_vectors
from prle.stages.distill.courses import Candidate
from prle.stages.distill.importance import importance_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.models.students.teaching.distilling import DistillSettings
    from prle.observer import Observer
    from prle.stages.distill.courses import Course
    from prle.stages.distill.importance import Weights
    from prle.stages.distill.interface import DistillRequest
    from prle.workspace import Workspace


class Distiller:
    """Makes students of one teacher in an open workspace; lessons are given once for all of them.

    :param weights: how much each training row counts, where that is known already.
    """

    def __init__(
        self,
        opened: Workspace,
        course: Course,
        request: DistillRequest,
        observer: Observer,
        *,
        weights: Weights | None = None,
    ) -> None:
        self._opened, self._course, self._request, self._observer = opened, course, request, observer
        self._known = weights

    def candidate(self, size: int) -> Candidate:
        """Make a student and measure it as it will be stored.

        :raises UsageError: where its form or strategy does not suit the teacher.
        """
        settings, name, made_from = self._settings, self._request.stored_as, self._opened.identity
        pupils, taught = distilled(self._room, replace(settings, size=size), observer=self._observer)
        graduate = self._course.graduate(pupils, self._record(size), settings)
        stored = store_student(graduate, name=name, made_from=made_from)
        verdict = self._course.judged(stored)
        graduate = replace(graduate, measured=verdict.kept, errors=self._course.errors(stored))
        return Candidate(
            size=size,
            stored=store_student(graduate, name=name, made_from=made_from),
            verdict=verdict,
            errors={part: each.errors for part, each in taught.items()},
            uncertainty=self._weights.uncertainty,
        )

    @property
    def _settings(self) -> DistillSettings:
        return self._request.settings

    @cached_property
    def _weights(self) -> Weights:
        """How much each training row counts."""
        settings = self._settings
        return self._known or importance_for(
            self._opened, self._course, settings.importance, self._observer, measure=settings.uncertainty
        )

    @cached_property
    def _room(self) -> Classroom:
        """What students learn from, the same for all."""
        course, settings = self._course, self._settings
        experts = settings.strategy == "two-stage"
        rows = course.inputs("train")
        return Classroom(
            teacher=course.teacher,
            lesson=lessons(course.teacher, rows, self._weights.scores, experts=experts, seed=settings.seed),
            exam=course.teacher.says(course.inputs("validation"), experts=experts),
            groups=self._groups(),
            residual=course.residual,
        )

    def _groups(self) -> NDArray[np.float32] | None:
        """Return the embeddings of the places that the teacher asks for; None where it asks for none."""
        filing = self._course.filing
        if not filing.kind:
            return None
        return group_vectors(
            filing.places,
            self._settings.group_embedding,
            lambda names: target_vectors(self._opened, names, observer=self._observer),
        )

    def _record(self, size: int) -> StudentRecord:
        settings, teacher = self._settings, self._request.name
        return StudentRecord(
            teacher=teacher,
            seal=self._opened.seal(teacher),
            form=settings.form,
            strategy=settings.strategy,
            size=size,
            heads=settings.heads,
            layers=settings.layers,
            importance=settings.importance,
            group_embedding=settings.group_embedding if self._course.filing.kind else "",
            tokens=len(self._course.teacher.prototypes),
            hidden=HIDDEN,
        )
