"""What a student of each kind of target learns from, is stored with, and is measured by."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.models.students.checkpoint import Graduate
    from prle.models.students.interface import Inputs
    from prle.models.students.model import Filing, Pupil
    from prle.models.students.record import StudentRecord
    from prle.models.students.teaching.distilling import DistillSettings
    from prle.models.students.teaching.teachers import Teacher
    from prle.models.texts.routers import Asked
    from prle.workspace.interface import StoredModel

BATCH: Final = 256
_TIMING_SECONDS: Final = 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class Verdict:
    """What was measured on the validation rows of a model, or of a student beside its teacher.

    :param figures: on the task, by name.
    :param losses: on the task, less is better. *Shape:* (N,)
    :param agreement: with the teacher, by name; ``relative_error`` is among it.
    :param single: seconds for one row, and ``batch`` for 256.
    """

    figures: dict[str, float]
    losses: NDArray[np.float64]
    agreement: dict[str, float]
    parameters: int
    single: float
    batch: float


class Course(ABC):
    """One teacher with the rows of its workspace."""

    @property
    @abstractmethod
    def teacher(self) -> Teacher:
        """What says what is right."""

    @property
    @abstractmethod
    def filing(self) -> Filing:
        """How students are told where questions are filed."""

    residual: bool = False
    dense_parameters: int | None = None

    @abstractmethod
    def inputs(self, split: str) -> Inputs:
        """Return the rows of ``train`` or ``validation`` as a student is told them."""

    @abstractmethod
    def graduate(self, pupils: Mapping[str, Pupil], record: StudentRecord, settings: DistillSettings) -> Graduate:
        """Return what is kept of a student; its figures are still missing."""

    @abstractmethod
    def fisher(self) -> NDArray[np.float64]:
        """Return how much each training row tells about the routing (Fisher information). *Shape:* (N,)."""

    @abstractmethod
    def taught(self) -> Verdict:
        """Measure the teacher."""

    @abstractmethod
    def judged(self, stored: StoredModel) -> Verdict:
        """Measure a student as it will be stored."""


def seconds(answer: Callable[[Any], Any], asked: NDArray[np.float32] | Asked) -> float:
    """Return the median wall time of answering, repeated until the clock can be trusted."""
    times: list[float] = []
    enough = time.perf_counter() + _TIMING_SECONDS
    while (started := time.perf_counter()) < enough or not times:
        answer(asked)
        times.append(time.perf_counter() - started)
    return float(np.median(times))
