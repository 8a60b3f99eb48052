"""A fitted model as a teacher: what it says of inputs, whom it listens to, and what it looks at them through."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from prle.models.labels.predictor import ROWS_AT_A_TIME
from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.students.interface import Inputs, Lesson
from prle.models.texts.routers import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from prle.models.labels.predictor import Answering
    from prle.models.texts.model import AnswerModel


class Teacher(ABC):
    """What students are compared with."""

    @abstractmethod
    def says(self, inputs: Inputs, *, experts: bool = False) -> Lesson:
        """Return what it says, each row as important as any other.

        :param experts: whether to tell what each of the experts says, too.
        """

    @property
    @abstractmethod
    def prototypes(self) -> NDArray[np.float32]:
        """Frozen vectors of its prototypes. *Shape:* (P, S, H)."""

    @property
    def lens(self) -> NDArray[np.float32] | None:
        """The linear map of single vectors that it compares them through. *Shape:* (H, H')."""
        return None


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class LabelTeacher(Teacher):
    """A model of numbers or classes, whoever speaks in it.

    :param anchors: the frozen vectors of its prototypes. *Shape:* (P, S, H)
    :param compared: the map of pairs, where the first of its members has one. *Shape:* (H, H')
    """

    predictor: Answering
    anchors: NDArray[np.float32]
    compared: NDArray[np.float32] | None = None

    def says(self, inputs: Inputs, *, experts: bool = False) -> Lesson:
        """Return scaled label units or class probabilities; of experts what is summed."""
        blocks = [self._block(inputs.vectors[rows], experts=experts) for rows in blocks_of(len(inputs.vectors))]
        parts = [
            np.concatenate([block[place] for block in blocks]).astype(np.float32) for place in range(len(blocks[0]))
        ]
        return Lesson(
            inputs=inputs,
            output=parts[0],
            weights=parts[1],
            outputs=parts[2] if experts else None,
            importance=np.ones(len(parts[0]), np.float32),
        )

    def _block(self, vectors: NDArray[np.float32], *, experts: bool) -> tuple[NDArray[Any], ...]:
        answer, target = self.predictor.answer(vectors), self.predictor.target
        if isinstance(target, NumberTarget):
            said = ((answer.predictions - target.mean) / target.deviation)[:, None]
            each = ((answer.outputs - target.mean) / target.deviation)[:, :, None]
        else:
            said, each = target.reported(answer.predictions), answer.outputs
        return (said, answer.weights, each) if experts else (said, answer.weights)

    @property
    def prototypes(self) -> NDArray[np.float32]:
        """Those of its prototypes."""
        return self.anchors

    @property
    def lens(self) -> NDArray[np.float32] | None:
        """The map of a siamese projection."""
        return self.compared

    @property
    def summed(self) -> str:
        """What the outputs of experts are: ``numbers``, ``probabilities`` or ``logits``."""
        target = self.predictor.target
        return target.combination if isinstance(target, ClassTarget) else "numbers"


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class TextTeacher(Teacher):
    """A model of texts.

    :param anchors: the training question of each cluster. *Shape:* (K, D)
    :param places: the groups or paths that ``place`` numbers, the number after the last meaning none of them.
    """

    model: AnswerModel
    anchors: NDArray[np.float32]
    places: tuple[str, ...] = ()

    def says(self, inputs: Inputs, *, experts: bool = False) -> Lesson:  # noqa: ARG002
        """Return vectors of length one. Experts are maps, which are looked at themselves."""
        asked = asked_of(inputs, self.places)
        weights = self.model.weights(asked)
        return Lesson(
            inputs=inputs,
            output=self.model.vectors(asked, weights),
            weights=weights,
            importance=np.ones(len(weights), np.float32),
        )

    @property
    def prototypes(self) -> NDArray[np.float32]:
        """The questions that stand for the clusters."""
        return self.anchors[:, None, :]


def asked_of(inputs: Inputs, places: tuple[str, ...]) -> Asked:
    """Return inputs as questions that are filed where their numbers say."""
    vectors = inputs.vectors[:, 0]
    if inputs.place is None:
        return Asked(vectors=vectors)
    names = (*places, "")
    filed = tuple(names[place] for place in inputs.place.tolist())
    return Asked(vectors=vectors, groups=filed, paths=filed)


def blocks_of(rows: int) -> Iterator[slice]:
    """Yield blocks of rows, at least one, that fit the cache."""
    for first in range(0, max(rows, 1), ROWS_AT_A_TIME):
        yield slice(first, first + ROWS_AT_A_TIME)
