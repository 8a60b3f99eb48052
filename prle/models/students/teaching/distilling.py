"""From a teacher to a student: lessons, one or two pupils, and what they answer with together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.targets import ClassTarget
from prle.models.students.forms import make_student
from prle.models.students.interface import HIDDEN, Ground, Inputs, Lesson, folded
from prle.models.students.model import Pupil
from prle.models.students.teaching.goals import ClassGoal, ExpertGoal, NumberGoal, RoutingGoal, VectorGoal
from prle.models.students.teaching.learning import School, teach
from prle.models.students.teaching.mixtures import mixtures
from prle.models.students.teaching.teachers import LabelTeacher
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.encoders.uncertainty import UncertaintyName
    from prle.models.students.interface import GroupEmbeddingName, ImportanceName, StrategyName, StudentName
    from prle.models.students.teaching.goals import Goal
    from prle.models.students.teaching.learning import Taught
    from prle.models.students.teaching.teachers import Teacher
    from prle.observer import Observer

MIXED: Final = 3
"""Mixtures for each training row."""


@dataclass(frozen=True, kw_only=True)
class DistillSettings:
    """How a student is made.

    :param size: numbers that a vector is reduced to; of ``factored`` the rank of what an expert has for itself.
    :param temperature: that class distributions are softened by.
    :param uncertainty: what is measured where rows are weighed by the encoder's uncertainty.
    """

    form: StudentName = "mlp"
    strategy: StrategyName = "projection"
    size: int = 64
    heads: int = 4
    layers: int = 2
    epochs: int = 40
    temperature: float = 1.0
    group_embedding: GroupEmbeddingName = "title"
    importance: ImportanceName = "uniform"
    uncertainty: UncertaintyName = "auto"
    seed: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Classroom:
    """What all students of a teacher learn from, whatever their form.

    :param lesson: training rows and mixtures.
    :param exam: validation rows.
    :param groups: embeddings of the places that questions are filed under. *Shape:* (K + 1, G)
    :param residual: whether a question's own vector is a start for the answer's.
    """

    teacher: Teacher
    lesson: Lesson
    exam: Lesson
    groups: NDArray[np.float32] | None = None
    residual: bool = False


def lessons(teacher: Teacher, rows: Inputs, importance: NDArray[np.floating], *, experts: bool, seed: int) -> Lesson:
    """Return what a teacher says of training rows and of mixtures of them; a mixture counts as its parents do.

    :param importance: of the rows. *Shape:* (N,)
    """
    mixed = mixtures(rows.vectors, MIXED, np.random.default_rng(seed))
    place = None if rows.place is None else np.concatenate([rows.place, rows.place[mixed.first]])
    inputs = Inputs(vectors=np.concatenate([rows.vectors, mixed.vectors]), place=place)
    weighed = np.concatenate([importance, 0.5 * (importance[mixed.first] + importance[mixed.second])])
    weighed = weighed / weighed.mean()
    return replace(teacher.says(inputs, experts=experts), importance=weighed.astype(np.float32))


def distilled(
    room: Classroom, settings: DistillSettings, *, observer: Observer = SILENT
) -> tuple[dict[str, Pupil], dict[str, Taught]]:
    """Teach the pupils that a strategy needs: ``output``, ``routing``, or both, one after the other."""
    pupils, taught = {}, {}
    for part, goal in goals(room, settings).items():
        numbers = {"size": settings.size, "heads": settings.heads, "layers": settings.layers, "hidden": HIDDEN}
        student = make_student(settings.form, **numbers)
        ground = Ground(
            inputs=room.lesson.inputs,
            goals=goal.regressed(room.lesson),
            importance=room.lesson.importance,
            prototypes=room.teacher.prototypes,
            lens=room.teacher.lens,
            groups=room.groups,
        )
        school = School(goal=goal, lesson=room.lesson, exam=room.exam, epochs=settings.epochs, seed=settings.seed)
        taught[part] = teach(student, school, ground, observer)
        pupils[part] = Pupil(student=student, parameters=folded(taught[part].parameters))
    return pupils, taught


def goals(room: Classroom, settings: DistillSettings) -> Mapping[str, Goal]:
    """Return what is taught to whom."""
    of_labels = isinstance(room.teacher, LabelTeacher)
    if settings.strategy == "projection":
        return {"output": _output_goal(room, settings)}
    if settings.strategy == "routing-only" or not of_labels:
        return {"routing": RoutingGoal()}
    summed = room.teacher.summed if isinstance(room.teacher, LabelTeacher) else ""
    return {"routing": RoutingGoal(), "output": ExpertGoal(classes=summed == "probabilities")}


def _output_goal(room: Classroom, settings: DistillSettings) -> Goal:
    if not isinstance(room.teacher, LabelTeacher):
        return VectorGoal(residual=room.residual)
    if isinstance(room.teacher.predictor.target, ClassTarget):
        return ClassGoal(temperature=settings.temperature)
    return NumberGoal()
