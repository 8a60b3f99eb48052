"""What a student of each kind of target learns from, is stored with, and is measured by."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.arrays.geometry import TINY, unit
from prle.errors import UsageError
from prle.metrics import numbers as metrics
from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.students.checkpoint import PARTS, Graduate
from prle.models.students.forms.factored import factored
from prle.models.students.interface import Inputs
from prle.models.students.model import Filing
from prle.models.students.teaching.importance import fisher_of_classes, fisher_of_numbers, fisher_of_texts
from prle.models.students.teaching.teachers import LabelTeacher, TextTeacher
from prle.models.texts.experts import count_parameters
from prle.models.texts.interface import lexicon_of
from prle.models.texts.model import rank
from prle.models.texts.routers import Asked, ExemplarRouting, FederatedRouting, GroupRouting, PathRouting
from prle.stages.common.students import fitting_student, labels_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.students.model import Pupil
    from prle.models.students.record import StudentRecord
    from prle.models.students.teaching.distilling import DistillSettings
    from prle.models.students.teaching.teachers import Teacher
    from prle.models.texts.checkpoint import Restored
    from prle.models.texts.interface import Library, Questions
    from prle.models.texts.model import Answers
    from prle.workspace import Workspace
    from prle.workspace.interface import StoredModel

BATCH: Final = 256
_TIMING_SECONDS: Final = 0.1
_RANK: Final = 1
"""Directions that an expert keeps for itself where a student routes to factored ones."""


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


class LabelCourse(Course):
    """A teacher of numbers or classes.

    :raises UsageError: for what it has not.
    """

    def __init__(self, opened: Workspace, checkpoint: Checkpoint) -> None:
        self._opened, self._checkpoint = opened, checkpoint
        self._predictor = checkpoint.predictor()
        self._labels = opened.labels("validation")
        self._rows = {split: opened.embeddings(split) for split in ("train", "validation")}
        self._says = self._predictor.predict(self._rows["validation"])

    @property
    def teacher(self) -> LabelTeacher:
        """The committee, as it answers."""
        return LabelTeacher(predictor=self._predictor)

    @property
    def filing(self) -> Filing:
        """Labels have no groups."""
        return Filing()

    def inputs(self, split: str) -> Inputs:
        """Return frozen vectors."""
        return Inputs(vectors=self._rows[split])

    def graduate(self, pupils: Mapping[str, Pupil], record: StudentRecord, settings: DistillSettings) -> Graduate:
        """Keep the teacher's experts where the student routes to them.

        :raises UsageError: where several members have experts of their own.
        """
        target, kept = self._checkpoint.target, {}
        if settings.strategy == "routing-only":
            if len(self._checkpoint.members) > 1:
                message = (
                    f"--strategy routing-only: expected a model of one member, got {len(self._checkpoint.members)}."
                )
                raise UsageError(message, hint="use --strategy projection or two-stage")
            member = self._checkpoint.members[0]
            kept = {f"{part}/{name}": array for part in PARTS for name, array in member[part].items()}
        combination = ""
        if isinstance(target, ClassTarget):
            combination = "probabilities" if settings.strategy == "projection" else target.combination
        return Graduate(
            record=replace(record, combination=combination),
            pupils={part: dict(pupil.parameters) for part, pupil in pupils.items()},
            kept=kept,
            measured={},
            config=self._checkpoint.config.model_dump(mode="json"),
            target=target,
        )

    def fisher(self) -> NDArray[np.float64]:
        """Return the squared gradient norms of the log-likelihood by the logits of the routing."""
        labels, target = self._opened.labels("train"), self._checkpoint.target
        said = self.teacher.says(self.inputs("train"), experts=True)
        outputs = np.asarray(said.outputs, np.float64)
        if isinstance(target, NumberTarget):
            return fisher_of_numbers(said.weights, outputs[:, :, 0], target.scaled(labels)[:, 0])
        return fisher_of_classes(said.weights, outputs, labels.astype(np.int64), logits=self.teacher.summed == "logits")

    def taught(self) -> Verdict:
        """Measure the committee."""
        needed = [array for member in self._predictor.members for part in member.values() for array in part.values()]
        distinct = {id(array): array.size for array in needed}
        return self._verdict(self._predictor.predict, sum(map(int, distinct.values())))

    def judged(self, stored: StoredModel) -> Verdict:
        """Measure a student."""
        return self._verdict(labels_of(fitting_student(self._opened, stored)).predict, stored.summary["parameters"])

    def errors(self, stored: StoredModel) -> NDArray[np.float64] | None:
        """Return how far off a student of numbers is on validation rows, absolutely; None of classes. *Shape:* (V,)."""
        if not isinstance(self._checkpoint.target, NumberTarget):
            return None
        said = labels_of(fitting_student(self._opened, stored)).predict(self._rows["validation"])
        return np.abs(self._labels - said)

    def _verdict(self, predict: Callable[[NDArray[np.float32]], NDArray[np.float64]], parameters: int) -> Verdict:
        rows, target = self._rows["validation"], self._checkpoint.target
        said = predict(rows)
        gap, spread = said - self._says, self._says - self._says.mean(axis=0)
        agreement = {"relative_error": float(np.sum(gap**2) / max(float(np.sum(spread**2)), TINY))}
        if isinstance(target, ClassTarget):
            agreement |= {"same_class": float(np.mean(said.argmax(axis=1) == self._says.argmax(axis=1)))}
            true = np.take_along_axis(said, self._labels.astype(np.int64)[:, None], axis=1)[:, 0]
            losses = -np.log(np.maximum(true, TINY))
        else:
            agreement |= {"pearson": metrics.pearson(self._says, said), "rmse": float(np.sqrt(np.mean(gap**2)))}
            losses = (said - self._labels) ** 2
        single, batch = (seconds(predict, rows[:count]) for count in (1, BATCH))
        return Verdict(
            figures=target.measures(self._labels, said),
            losses=losses,
            agreement=agreement,
            parameters=parameters,
            single=single,
            batch=batch,
        )


class TextCourse(Course):
    """A teacher of texts. Rankings are judged with words where they count for the teacher, agreement without."""

    def __init__(self, opened: Workspace, restored: Restored, rows: Mapping[str, Questions], library: Library) -> None:
        self._opened, self._restored, self._library, self._rows = opened, restored, library, rows
        model, train = restored.model, rows["train"].asked.vectors
        self._lexicon = lexicon_of(rows["train"], library) if model.lexical > 0.0 else None
        self.residual = train.shape[1] == library.vectors.shape[1]
        self._says = model.vectors(rows["validation"].asked)
        self.dense_parameters = len(restored.clusters) * train.shape[1] * library.vectors.shape[1]

    @property
    def teacher(self) -> TextTeacher:
        """The model, words apart."""
        train = self._rows["train"].asked.vectors
        return TextTeacher(model=self._restored.model, anchors=train[self._restored.anchors], places=self.filing.places)

    @property
    def filing(self) -> Filing:
        """Where the teacher asks for it."""
        routing = self._restored.model.routing
        kind = "group" if isinstance(routing, GroupRouting) else "path" if isinstance(routing, PathRouting) else ""
        places = self._restored.clusters.places if kind else ()
        return Filing(kind=kind, places=places)

    def inputs(self, split: str) -> Inputs:
        """Return questions, and where they are filed."""
        return self.filing.inputs(self._rows[split].asked)

    def graduate(self, pupils: Mapping[str, Pupil], record: StudentRecord, settings: DistillSettings) -> Graduate:
        """Keep the maps that the student routes to, factored where a second stage was asked for, and those of texts."""
        model, filing = self._restored.model, self.filing
        maps = dict(model.maps)
        if settings.strategy == "two-stage":
            maps = self.factored(_RANK)
        elif settings.strategy == "projection":
            maps = {name: array for name, array in maps.items() if name.startswith("answer_")}
        return Graduate(
            record=replace(
                record,
                residual=self.residual,
                filing=filing.kind,
                places=list(filing.places),
                shrinkage=model.shrinkage,
                lexical=model.lexical,
            ),
            pupils={part: dict(pupil.parameters) for part, pupil in pupils.items()},
            kept={f"maps/{name}": array for name, array in maps.items()},
            measured={},
            config=self._restored.config.model_dump(mode="json"),
        )

    def factored(self, rank: int) -> dict[str, NDArray[np.generic]]:
        """Return the teacher's maps as a mean and ``rank`` directions for each cluster."""
        sizes = self._restored.clusters.sizes.astype(np.float64)
        shape = (self._rows["train"].asked.vectors.shape[1], self._library.vectors.shape[1])
        return factored(self._restored.model.maps, sizes / sizes.sum(), rank, shape=shape)

    def fisher(self) -> NDArray[np.float64]:
        """Return the squared gradient norms of the cosine with the right text by the logits of the routing."""
        rows, model = self._rows["train"], self._restored.model
        goals = self._library.vectors[rows.codes]
        return fisher_of_texts(model.maps, rows.asked.vectors, model.weights(rows.asked), goals)

    def taught(self) -> Verdict:
        """Measure the model."""
        model = self._restored.model
        return self.verdict(model, count_parameters(model.maps) + _routing_size(model.routing))

    def judged(self, stored: StoredModel) -> Verdict:
        """Measure a student."""
        answers = fitting_student(self._opened, stored).answers
        if answers is None:
            message = f"model {stored.name}: expected a student of texts."
            raise UsageError(message)
        return self.verdict(answers, stored.summary["parameters"])

    def verdict(self, answers: Answers, parameters: int) -> Verdict:
        """Measure whatever ranks texts."""
        rows, library = self._rows["validation"], self._library
        said, texts = answers.vectors(rows.asked), answers.texts(library.vectors)
        ranking = rank(answers, rows, library, self._lexicon)
        first, theirs = ((vectors @ texts.T).argmax(axis=1) for vectors in (said, self._says))
        reference = unit(rows.asked.vectors) if self.residual else unit(self._says.mean(axis=0))
        error, identity = (float(np.mean(np.sum((each - self._says) ** 2, axis=1))) for each in (said, reference))
        single, batch = (seconds(answers.vectors, rows.asked.take(np.arange(min(n, len(rows))))) for n in (1, BATCH))
        return Verdict(
            figures=ranking.figures(),
            losses=1.0 - 1.0 / (1.0 + ranking.places),
            agreement={
                "relative_error": error / max(identity, TINY),
                "cosine": float(np.mean(np.sum(said * self._says, axis=1))),
                "identity_cosine": float(np.mean(np.sum(reference * self._says, axis=1))),
                "same_answer": float(np.mean(first == theirs)),
            },
            parameters=parameters,
            single=single,
            batch=batch,
        )


def _routing_size(routing: Any) -> int:
    """Return how many numbers a routing of texts looks at."""
    if isinstance(routing, ExemplarRouting):
        return int(routing.questions.size)
    near = routing.unknown if isinstance(routing, GroupRouting | PathRouting) else routing
    return int(near.centroids.size) if isinstance(near, FederatedRouting) else 0


def seconds(answer: Callable[[Any], Any], asked: NDArray[np.float32] | Asked) -> float:
    """Return the median wall time of answering, repeated until the clock can be trusted."""
    times: list[float] = []
    enough = time.perf_counter() + _TIMING_SECONDS
    while (started := time.perf_counter()) < enough or not times:
        answer(asked)
        times.append(time.perf_counter() - started)
    return float(np.median(times))
