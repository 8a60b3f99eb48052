"""Epochs for a student: move, compare with the teacher on validation rows, keep the best; the start is compared too."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from prle.models.labels.training.threads import one_thread
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from prle.models.students.interface import Ground, Lesson, Student
    from prle.models.students.teaching.goals import Goal
    from prle.observer import Observer

BATCH: Final = 128
LEARNING_RATE: Final = 5e-4
PATIENCE: Final = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Taught:
    """A student after its lessons.

    :param errors: of the validation rows after each epoch, the start first; in the units of the goal.
    :param best_epoch: the one that was kept.
    """

    parameters: dict[str, NDArray[np.float32]]
    errors: tuple[float, ...]
    best_epoch: int


@dataclass(frozen=True, kw_only=True, eq=False)
class School:
    """What is taught and compared.

    :param lesson: training rows and mixtures of them.
    :param exam: validation rows.
    """

    goal: Goal
    lesson: Lesson
    exam: Lesson
    epochs: int = 40
    seed: int = 0


def teach(student: Student, school: School, ground: Ground, observer: Observer = SILENT) -> Taught:
    """Train a student from the best linear one; steps shrink to nothing along a half cosine."""
    with one_thread():
        return _teach(student, school, ground, observer)


def _teach(student: Student, school: School, ground: Ground, observer: Observer) -> Taught:
    start = student.start(ground, np.random.default_rng(school.seed))
    best, kept, at = _examined(student, school, start), start, 0
    errors, parameters = [best], {name: torch.from_numpy(array.copy()) for name, array in start.items()}
    learned = [tensor.requires_grad_() for name, tensor in parameters.items() if name not in student.fixed]
    optimizer = torch.optim.Adam(learned, lr=LEARNING_RATE)
    lesson = school.lesson.through(lambda array: torch.from_numpy(np.ascontiguousarray(array)))
    generator = torch.Generator().manual_seed(school.seed)
    for epoch in range(1, school.epochs + 1):
        rate = 0.5 * LEARNING_RATE * (1.0 + math.cos(math.pi * (epoch - 1) / school.epochs))
        for group in optimizer.param_groups:
            group["lr"] = rate
        for rows in _batches(len(lesson), generator):
            batch = lesson.take(rows)
            said = school.goal.errors(student(parameters, batch.inputs), batch)
            optimizer.zero_grad()
            (said * batch.importance).mean().backward()
            optimizer.step()
        now = {name: tensor.detach().numpy().copy() for name, tensor in parameters.items()}
        errors.append(_examined(student, school, now))
        if errors[-1] < best:
            best, kept, at = errors[-1], now, epoch
        observer.progress("teaching", epoch, school.epochs, "epochs")
        if epoch - at >= PATIENCE:
            observer.progress("teaching", school.epochs, school.epochs, "epochs")
            break
    return Taught(parameters=kept, errors=tuple(errors), best_epoch=at)


def _batches(rows: int, generator: torch.Generator) -> Iterator[torch.Tensor]:
    yield from torch.split(torch.randperm(rows, generator=generator), BATCH)


def _examined(student: Student, school: School, parameters: Mapping[str, NDArray[np.float32]]) -> float:
    """Return the mean error on the validation rows, in NumPy, as it will answer."""
    exam = school.exam
    return float(np.mean(school.goal.errors(student(parameters, exam.inputs), exam)))
