"""The report about a student; rules and style are those of ``prle.stages.common.interface``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prle.models.students.teaching.sizes import RANKS, sizes_for
from prle.observer import Judged

if TYPE_CHECKING:
    from pathlib import Path

    from prle.models.students.teaching.distilling import DistillSettings


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A teacher or a student on the validation rows.

    ``task`` has the figures of the labels, by name; ``single_seconds`` and ``batch_seconds`` are what one row and 256
    take, medians in one run; ``parameters`` are what answering needs.
    """

    task: dict[str, float]
    parameters: int
    single_seconds: float
    batch_seconds: float


@dataclass(frozen=True, kw_only=True)
class StudentTrial(Measured):
    """A student of one size. ``agreement`` has its figures beside the teacher, by name.

    Its ``relative_error`` is the squared error to the teacher as a share of that of the simplest student: the identity
    where labels are texts, else the teacher's mean.
    """

    size: int
    agreement: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class DistillReport(Judged):
    """What ``distill`` made of ``teacher``.

    ``dense_parameters`` are those of the teacher with a whole matrix for each expert, as document 002 has them, where
    labels are texts; ``trials`` has one student a size, ``reason`` says why one was taken. ``errors`` are those of the
    validation rows after each epoch, the start first; ``uncertainty`` is what the encoder's was measured by, where rows
    were weighed by it.
    """

    workspace: Path
    model: str
    teacher: str
    target: str
    student: str
    strategy: str
    size: int
    heads: int
    layers: int
    importance: str
    group_embedding: str
    rows: int
    mixtures: int
    taught: Measured
    trials: tuple[StudentTrial, ...]
    reason: str
    errors: dict[str, tuple[float, ...]]
    seconds: float
    seed: int
    dense_parameters: int | None = None
    uncertainty: str = ""
    limits: tuple[str, ...] = field(default=())

    @property
    def chosen(self) -> StudentTrial:
        """The student that was kept."""
        return next(trial for trial in self.trials if trial.size == self.size)


@dataclass(frozen=True, kw_only=True)
class DistillRequest:
    """What is wanted.

    :param name: of the teacher.
    :param student_name: of the student; None for the teacher's with the form after it.
    :param size: None tries several and takes the smallest that is good enough.
    """

    settings: DistillSettings
    name: str = "default"
    student_name: str | None = None
    size: int | None = 64

    def sizes(self, width: int) -> tuple[int, ...]:
        """Return the sizes to make students of, where vectors have so many numbers."""
        if self.size is not None:
            return (self.size,)
        return RANKS if self.settings.form == "factored" else sizes_for(width)

    @property
    def stored_as(self) -> str:
        """The name of the student."""
        return self.student_name or f"{self.name}-{self.settings.form}"
