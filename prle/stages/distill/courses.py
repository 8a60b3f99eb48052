"""What a student of each kind of target learns from, is stored with, and is measured by."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.stages.common.judging import MEASURED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.students.checkpoint import Graduate
    from prle.models.students.interface import Inputs
    from prle.models.students.model import Filing, Pupil
    from prle.models.students.record import StudentRecord
    from prle.models.students.teaching.distilling import DistillSettings
    from prle.models.students.teaching.teachers import Teacher
    from prle.models.texts.routers import Asked
    from prle.workspace.interface import StoredModel

BATCH: Final = 256
"""Rows that are answered together where that is timed."""

_TIMING_SECONDS: Final = 0.1
_LISTED: Final = ("pearson", "rmse", "accuracy", "log_loss", "recall_at_1", "mrr")


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

    @property
    def listed(self) -> dict[str, Any]:
        """The validation figures that every model is listed with."""
        return {f"{MEASURED}{name}": self.figures[name] for name in self.figures if name in _LISTED}

    @property
    def kept(self) -> dict[str, Any]:
        """What the summary of a student keeps."""
        figures = {f"{MEASURED}{name}": value for name, value in self.figures.items()}
        return {"fit_seconds": 0.0, "agreement": self.agreement, **figures}

    @property
    def measured(self) -> dict[str, Any]:
        """What a report says of a teacher and of a student alike."""
        return {
            "task": self.figures,
            "parameters": self.parameters,
            "single_seconds": self.single,
            "batch_seconds": self.batch,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """A student of one size, as it would be stored.

    :param errors: of each part that was taught, on validation rows after each epoch, the start first.
    :param uncertainty: what the encoder's was measured by, where rows were weighed by it; else empty.
    """

    size: int
    stored: StoredModel
    verdict: Verdict
    errors: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    uncertainty: str = ""


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
    score_name: str
    """What students are compared by."""

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

    @abstractmethod
    def score(self, stored: StoredModel, split: SplitName) -> float:
        """Return how good a student, which need not be stored, is at the task; more is better."""

    def errors(self, stored: StoredModel) -> NDArray[np.float64] | None:  # noqa: ARG002
        """Return what the intervals of a student rest on; None where it has no intervals. *Shape:* (V,)."""
        return None


def seconds(answer: Callable[[Any], Any], asked: NDArray[np.float32] | Asked) -> float:
    """Return the median wall time of answering, repeated until the clock can be trusted."""
    times: list[float] = []
    enough = time.perf_counter() + _TIMING_SECONDS
    while (started := time.perf_counter()) < enough or not times:
        answer(asked)
        times.append(time.perf_counter() - started)
    return float(np.median(times))
