"""What a student is taught: what the teacher says, whom it listens to, or what its experts say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.arrays.geometry import TINY, softmax, unit
from prle.arrays.shapes import array_namespace
from prle.errors import PrleError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array
    from prle.models.students.interface import Lesson

FLOOR: Final = 1e-4
"""Shares below this are taken for it where their logarithm is regressed on."""


class Goal(ABC):
    """What a student's outputs mean, and how far they are from what the teacher says."""

    @abstractmethod
    def regressed(self, lesson: Lesson) -> NDArray[np.floating]:
        """Return what the linear part starts from. *Shape:* (N, T)."""

    @abstractmethod
    def errors(self, outputs: Array, lesson: Lesson) -> Array:
        """Return the error of each row, in either engine. *Shape:* (B, T) to (B,)."""


@final
@dataclass(frozen=True)
class NumberGoal(Goal):
    """The number itself: squared error, in label variances."""

    def regressed(self, lesson: Lesson) -> NDArray[np.floating]:
        """Return it."""
        return np.asarray(lesson.output)

    def errors(self, outputs: Array, lesson: Lesson) -> Array:
        """Return the squared error."""
        return _squares(outputs - lesson.output)


@final
@dataclass(frozen=True, kw_only=True)
class ClassGoal(Goal):
    """The class distribution: cross-entropy to it, both softened by a temperature (Hinton et al., 2015).

    :param temperature: above 1 small probabilities count for more.
    """

    temperature: float = 1.0

    def regressed(self, lesson: Lesson) -> NDArray[np.floating]:
        """Return centred log probabilities."""
        return centred_logs(lesson.output)

    def errors(self, outputs: Array, lesson: Lesson) -> Array:
        """Return the cross-entropy, nats, times the squared temperature, which keeps the size of gradients."""
        xp = array_namespace(outputs)
        soft = softmax(xp.log(lesson.output + TINY) / self.temperature)
        return self.temperature**2 * _cross_entropy(outputs / self.temperature, soft)


@final
@dataclass(frozen=True, kw_only=True)
class VectorGoal(Goal):
    """The vector of a text: a weighted sum of the squared error and of 1 - cosine.

    :param residual: whether the question's own vector is added to what the student says.
    :param squared: weight of the squared error, summed over the T numbers.
    :param cosine: weight of 1 - cosine.
    """

    residual: bool
    squared: float = 1.0
    cosine: float = 1.0

    def regressed(self, lesson: Lesson) -> NDArray[np.floating]:
        """Return the vector, or how it differs from the question's own."""
        goals = np.asarray(lesson.output)
        return goals - lesson.inputs.vectors[:, 0] if self.residual else goals

    def errors(self, outputs: Array, lesson: Lesson) -> Array:
        """Return the weighted sum."""
        xp = array_namespace(outputs)
        said = outputs + lesson.inputs.vectors[:, 0] if self.residual else outputs
        gap = said - lesson.output
        apart = 1.0 - xp.sum(unit(said) * lesson.output, axis=1)
        return self.squared * xp.sum(gap * gap, axis=1) + self.cosine * apart


@final
@dataclass(frozen=True)
class RoutingGoal(Goal):
    """Responsibilities: cross-entropy to them."""

    def regressed(self, lesson: Lesson) -> NDArray[np.floating]:
        """Return centred logarithms."""
        return centred_logs(lesson.weights)

    def errors(self, outputs: Array, lesson: Lesson) -> Array:
        """Return the cross-entropy, nats."""
        return _cross_entropy(outputs, lesson.weights)


@final
@dataclass(frozen=True, kw_only=True)
class ExpertGoal(Goal):
    """What every expert says, where it is listened to: ``sum_p w_p error(o_p)``.

    :param classes: whether experts say class distributions, of which a student says logits.
    """

    classes: bool

    def regressed(self, lesson: Lesson) -> NDArray[np.floating]:
        """Return what they say, side by side. *Shape:* (N, P T)."""
        said = np.asarray(_outputs(lesson))
        return (centred_logs(said) if self.classes else said).reshape(len(lesson), -1)

    def errors(self, outputs: Array, lesson: Lesson) -> Array:
        """Return the weighted sum over experts."""
        xp, said = array_namespace(outputs), _outputs(lesson)
        ours = xp.reshape(outputs, said.shape)
        each = _cross_entropy(ours, said) if self.classes else _squares(ours - said)
        return xp.sum(lesson.weights * each, axis=1)


def centred_logs(shares: Array) -> NDArray[np.floating]:
    """Return logarithms of shares, none below :data:`FLOOR`, minus their mean. Any shape."""
    logs = np.log(np.maximum(np.asarray(shares, np.float64), FLOOR))
    centred: NDArray[np.floating] = logs - logs.mean(axis=-1, keepdims=True)
    return centred


def _outputs(lesson: Lesson) -> Array:
    if lesson.outputs is None:
        message = "distillation of experts: expected what each of them says, got nothing."
        raise PrleError(message)
    return lesson.outputs


def _squares(gap: Array) -> Array:
    return array_namespace(gap).mean(gap * gap, axis=-1)


def _cross_entropy(logits: Array, shares: Array) -> Array:
    """*Shape:* two (..., T) to (...)."""
    xp = array_namespace(logits)
    raised = logits - xp.max(logits, axis=-1, keepdims=True)
    return xp.log(xp.sum(xp.exp(raised), axis=-1)) - xp.sum(raised * shares, axis=-1)
