"""Students that answer: NumPy alone, as models do; the same functions are written down as a graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.arrays.geometry import softmax, unit
from prle.arrays.shapes import array_namespace
from prle.models.labels.targets import ClassTarget
from prle.models.students.interface import Inputs
from prle.models.students.teaching.groups import numbered
from prle.models.students.teaching.teachers import blocks_of
from prle.models.texts.routers import Asked, Routing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters, Sentences
    from prle.models.labels.model import PRLE, Part
    from prle.models.labels.targets import Target
    from prle.models.students.interface import Student
    from prle.models.texts.model import AnswerModel


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Pupil:
    """A student with what it has learnt."""

    student: Student
    parameters: Parameters

    def __call__(self, inputs: Inputs) -> Array:
        """Return what it says. *Shape:* (B, T)."""
        return self.student(self.parameters, inputs)

    @property
    def width(self) -> int:
        """T, how many numbers it says."""
        width: int = self.parameters["bias"].shape[0]
        return width


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """The experts of a teacher of one member that a student routes to."""

    model: PRLE
    member: Mapping[Part, Parameters]

    def __call__(self, vectors: Array) -> Array:
        """Return what each says. *Shape:* (B, S, H) to (B, P, T)."""
        value = self.model.place(self.member, vectors).value
        return self.model.link(self.model.experts(self.member["experts"], value, None))


@dataclass(frozen=True, kw_only=True, eq=False)
class Said:
    """What a student of numbers or classes says, in the units that are summed.

    :param sums: scaled label units, class probabilities or logits. *Shape:* (B, T)
    :param weights: its responsibilities, where it routes. *Shape:* (B, P)
    :param outputs: what the experts say, likewise. *Shape:* (B, P, T)
    """

    sums: Array
    weights: Array | None = None
    outputs: Array | None = None


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class DistilledPredictor:
    """A student of numbers or classes.

    ``projection``: its own output. ``routing-only``: ``sum_p w_p o_p`` with its weights and the teacher's experts.
    ``two-stage``: with its weights, and what a second student says in the place of the experts.

    :param output: says the output, or what P experts say; None where the teacher's experts are kept.
    :param routing: says logarithms of responsibilities, up to a constant; None where nothing is routed.
    :param kept: the teacher's experts.
    """

    target: Target
    output: Pupil | None = None
    routing: Pupil | None = None
    kept: Kept | None = None

    def says(self, inputs: Inputs) -> Said:
        """Return what it says of B rows, in any engine.

        :raises ValueError: where it has no part that could.
        """
        if self.routing is None:
            return Said(sums=self._linked(_there(self.output)(inputs)))
        xp = array_namespace(inputs.vectors)
        weights = softmax(self.routing(inputs))
        if self.kept is not None:
            outputs = self.kept(inputs.vectors)
        else:
            said = _there(self.output)(inputs)
            outputs = self._linked(xp.reshape(said, (said.shape[0], self.routing.width, self.target.width)))
        return Said(sums=xp.sum(weights[:, :, None] * outputs, axis=1), weights=weights, outputs=outputs)

    def predict(self, vectors: Sentences) -> NDArray[np.float64]:
        """Return predictions: (N, S, H) to label units (N,), or to class probabilities (N, T)."""
        blocks = (vectors[rows].astype(np.float32, copy=False) for rows in blocks_of(len(vectors)))
        sums = [self.says(Inputs(vectors=block)).sums for block in blocks]
        return np.asarray(self.target.reported(self.target.additive(np.concatenate(sums))), np.float64)

    def _linked(self, outputs: Array) -> Array:
        """Turn what a student says into what is summed: of class probabilities it says logits."""
        summed = isinstance(self.target, ClassTarget) and self.target.combination == "probabilities"
        return softmax(outputs) if summed else outputs


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Filing:
    """How a student is told where questions are filed.

    :param kind: ``group`` or ``path``, empty where it is not told.
    :param places: their names by number.
    """

    kind: str = ""
    places: tuple[str, ...] = ()

    def inputs(self, asked: Asked) -> Inputs:
        """Return questions as a student is told them."""
        vectors = asked.vectors[:, None].astype(np.float32, copy=False)
        if not self.kind:
            return Inputs(vectors=vectors)
        filed = asked.groups if self.kind == "group" else asked.paths
        number = numbered(filed or [""] * len(asked), self.places, self.kind)
        return Inputs(vectors=vectors, place=np.where(number < 0, len(self.places), number))


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class StudentRouting(Routing):
    """``w = softmax(student(q))``: a student that listens to whom its teacher listens to."""

    name: ClassVar[str] = "student"

    pupil: Pupil
    filing: Filing

    def __call__(self, asked: Asked) -> NDArray[np.float32]:
        """Return the weights of clusters. *Shape:* (B, K)."""
        shares: NDArray[np.float32] = softmax(self.pupil(self.filing.inputs(asked)))
        return shares


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class DistilledAnswers:
    """A student that says where the answer should be: ``z = unit(student(q) + q)``, q where both are in one space.

    :param residual: whether the question's own vector is added.
    :param sides: what becomes of texts, as in the teacher.
    :param lexical: weight of words beside vectors, as in the teacher.
    """

    pupil: Pupil
    filing: Filing
    residual: bool
    sides: AnswerModel
    lexical: float = 0.0

    def weights(self, asked: Asked) -> NDArray[np.float32]:
        """Return ones: nothing is routed. *Shape:* (B, 1)."""
        return np.ones((len(asked), 1), np.float32)

    def vectors(self, asked: Asked, weights: NDArray[np.float32] | None = None) -> NDArray[np.float32]:  # noqa: ARG002
        """Return the predicted vectors, of length one. *Shape:* (B, T)."""
        blocks = [asked.take(np.arange(len(asked))[rows]) for rows in blocks_of(len(asked))]
        found = [predicted_vector(self, self.filing.inputs(block)) for block in blocks]
        return np.concatenate(found)

    def texts(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what becomes of the vectors of texts. *Shape:* (A, T)."""
        return self.sides.texts(vectors)


def predicted_vector(answers: DistilledAnswers, inputs: Inputs) -> Array:
    """Return the predicted vectors in any engine. *Shape:* (B, T)."""
    said = answers.pupil(inputs)
    return unit(said + inputs.vectors[:, 0] if answers.residual else said)


def _there(pupil: Pupil | None) -> Pupil:
    if pupil is None:
        message = "a student without an output"
        raise ValueError(message)
    return pupil
