"""What students of numbers and classes learn from, are stored with, and are measured by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import TINY
from prle.errors import UsageError
from prle.metrics import numbers as metrics
from prle.models.labels.checkpoint import load, parameters_of
from prle.models.labels.committee import nested
from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.students.checkpoint import PARTS, Graduate
from prle.models.students.interface import Inputs
from prle.models.students.model import Filing
from prle.models.students.teaching.importance import fisher_of_classes, fisher_of_numbers
from prle.models.students.teaching.teachers import LabelTeacher
from prle.stages.common.students import fitting_student
from prle.stages.distill.courses import BATCH, Course, Verdict, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.model import ModelParameters
    from prle.models.students.model import Pupil
    from prle.models.students.record import StudentRecord
    from prle.models.students.teaching.distilling import DistillSettings
    from prle.workspace import Workspace
    from prle.workspace.interface import StoredModel


_LENS: Final = "map"
"""What a siamese projection calls the map of single vectors that it compares them through."""


def course(opened: Workspace, name: str) -> LabelCourse:
    """Return the course of a model of numbers or classes.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    return LabelCourse(opened, load(opened, name))


class LabelCourse(Course):
    """A teacher of numbers or classes."""

    def __init__(self, opened: Workspace, checkpoint: Checkpoint) -> None:
        self._opened, self._checkpoint = opened, checkpoint
        self.score_name = checkpoint.target.score.name
        self._predictor = checkpoint.predictor()
        self._labels = opened.labels("validation")
        self._rows = {split: opened.embeddings(split) for split in ("train", "validation")}
        self._says = self._predictor.predict(self._rows["validation"])

    @property
    def teacher(self) -> LabelTeacher:
        """The model, as it answers."""
        member, anchors = self._shown()
        compared = member["projection"].get(_LENS) if anchors.shape[1] > 1 else None
        return LabelTeacher(predictor=self._predictor, anchors=anchors, compared=compared)

    def _shown(self) -> tuple[ModelParameters, NDArray[np.float32]]:
        """Return the first member and the vectors of prototypes; where labels vote, that of the base, if it has any."""
        before = self._checkpoint
        if before.ballot is None:
            return before.members[0], before.members[0]["prototypes"]["vectors"]
        first, *_ = nested(before.ballot.scores.get("experts", {}), 1)
        return first, self._rows["train"][before.anchors]

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
        """Measure the model."""
        return self._verdict(self._predictor.predict, parameters_of(self._checkpoint))

    def judged(self, stored: StoredModel) -> Verdict:
        """Measure a student."""
        return self._verdict(fitting_student(self._opened, stored).of_labels.predict, stored.summary["parameters"])

    def score(self, stored: StoredModel, split: SplitName) -> float:
        """Return Pearson or accuracy."""
        student = fitting_student(self._opened, stored).of_labels
        said = student.predict(self._opened.embeddings(split))
        return student.target.watched(self._opened.labels(split), said)[self.score_name]

    def errors(self, stored: StoredModel) -> NDArray[np.float64] | None:
        """Return how far off a student of numbers is on validation rows, absolutely; None of classes. *Shape:* (V,)."""
        if not isinstance(self._checkpoint.target, NumberTarget):
            return None
        said = fitting_student(self._opened, stored).of_labels.predict(self._rows["validation"])
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
