"""What students of texts learn from, are stored with, and are measured by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.arrays.geometry import TINY, unit
from prle.models.students.checkpoint import Graduate
from prle.models.students.forms.factored import factored
from prle.models.students.model import Filing
from prle.models.students.teaching.importance import fisher_of_texts
from prle.models.students.teaching.teachers import TextTeacher
from prle.models.texts.checkpoint import restore_answers
from prle.models.texts.experts import count_parameters
from prle.models.texts.interface import lexicon_of
from prle.models.texts.model import rank
from prle.models.texts.routers import ExemplarRouting, FederatedRouting, GroupRouting, PathRouting
from prle.stages.common.students import fitting_student
from prle.stages.common.text_rows import library_of, questions_of
from prle.stages.distill.courses import BATCH, Course, Verdict, seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.students.interface import Inputs
    from prle.models.students.model import Pupil
    from prle.models.students.record import StudentRecord
    from prle.models.students.teaching.distilling import DistillSettings
    from prle.models.texts.checkpoint import Restored
    from prle.models.texts.interface import Questions
    from prle.models.texts.model import Answers
    from prle.workspace import Workspace
    from prle.workspace.interface import StoredModel


_RANK: Final = 1
"""Directions that an expert keeps for itself where a student routes to factored ones."""


def course(opened: Workspace, name: str) -> TextCourse:
    """Return the course of a model of texts.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    return TextCourse(opened, opened.model(name))


class TextCourse(Course):
    """A teacher of texts. Rankings are judged with words where they count for the teacher, agreement without."""

    score_name = "recall_at_1"

    def __init__(self, opened: Workspace, stored: StoredModel) -> None:
        self._opened, self.stored, self._library = opened, stored, library_of(opened)
        self._rows: Mapping[str, Questions] = {split: questions_of(opened, split) for split in ("train", "validation")}
        self._restored = self.restored(stored)
        model, read, told = self._restored.model, *self._widths
        self._lexicon = lexicon_of(self._rows["train"], self._library) if model.lexical > 0.0 else None
        self._says = model.vectors(self._rows["validation"].asked)
        self.residual = read == told
        self.dense_parameters = len(self._restored.clusters) * read * told

    @property
    def _widths(self) -> tuple[int, int]:
        """How many numbers the vector of a question has, and that of a text."""
        return self._rows["train"].asked.vectors.shape[1], self._library.vectors.shape[1]

    def restored(self, stored: StoredModel) -> Restored:
        """Return a routed model of these texts, ready to answer."""
        return restore_answers(stored, self._rows["train"].asked.vectors, width=self._widths[1])

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
        return factored(self._restored.model.maps, sizes / sizes.sum(), rank, shape=self._widths)

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
        return self.verdict(fitting_student(self._opened, stored).of_texts, stored.summary["parameters"])

    def score(self, stored: StoredModel, split: SplitName) -> float:
        """Return R@1, with words where they count for the student."""
        answers = fitting_student(self._opened, stored).of_texts
        return rank(answers, questions_of(self._opened, split), self._library, self._lexicon).figures()["recall_at_1"]

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
