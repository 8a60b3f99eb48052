"""Matrix experts: what each cluster does to the vector of a question, so that it comes near the vector of its text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np

from prle.arrays.shapes import array_namespace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters
    from prle.config import MatrixName

Arrays: TypeAlias = "dict[str, NDArray[np.generic]]"


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Questions, and the text that each of them asks for.

    :param questions: *Shape:* (N, D)
    :param answers: the vectors of their texts, of length one. *Shape:* (N, T)
    :param codes: which text that is. *Shape:* (N,)
    """

    questions: NDArray[np.float32]
    answers: NDArray[np.float32]
    codes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def one_space(self) -> bool:
        """Whether both sides have vectors of one width, so that a question's own vector is an answer of a kind."""
        return bool(self.questions.shape[1] == self.answers.shape[1])


Dropped: TypeAlias = Callable[["Array"], "Array"]
"""Silences a random part of the numbers of an array."""

Members: TypeAlias = "tuple[NDArray[np.int64], ...]"
"""The training pairs of each cluster; one pair may be in several."""


class Matrices(ABC):
    """A way to find the maps. What it finds is plain arrays; :func:`mapped` is the forward pass of all of them.

    Arrays that are not needed are left out: ``shared`` (D, T) is W; ``scale`` (K,) is s, for one space alone; the
    columns of ``left`` (D, R) and rows of ``right`` (R, T) belong to the cluster ``owner`` (R,), which is K where they
    belong to everybody; ``offset`` (K, T) is b. ``answer_left`` (T, R) and ``answer_right`` (R, T) map the texts.
    """

    name: ClassVar[MatrixName]
    learned: ClassVar[tuple[str, ...]] = ()
    """The arrays that training moves; none where the maps are solutions in closed form."""

    one_space: ClassVar[bool] = False
    """Whether it needs questions and texts in one space."""

    clustered: ClassVar[bool] = False
    """Whether clusters have maps of their own; else there is one for everybody."""

    @abstractmethod
    def solve(self, pairs: Pairs, members: Members) -> Arrays:
        """Return the maps, or where training starts from.

        :param members: K clusters of training pairs.
        """


def mapped(parameters: Parameters, questions: Array, weights: Array, dropped: Dropped | None = None) -> Array:
    """Map questions: ``z = q W + sum_k w_k (s_k q + (q L_k) R_k + b_k)``.

    :param questions: *Shape:* (B, D)
    :param weights: of the clusters, rows sum to one. *Shape:* (B, K)
    :param dropped: silences a part of what the factors read, while fitting.
    :returns: *Shape:* (B, T), of any length
    """
    xp = array_namespace(questions, weights)
    parts = []
    if "shared" in parameters:
        parts.append(questions @ parameters["shared"])
    if "scale" in parameters:
        parts.append((weights @ parameters["scale"])[:, None] * questions)
    if "left" in parameters:
        heard = xp.concat([weights, xp.ones_like(weights[:, :1])], axis=1)
        read = questions if dropped is None else dropped(questions)
        hidden = (read @ parameters["left"]) * xp.take(heard, parameters["owner"], axis=1)
        parts.append(hidden @ parameters["right"])
    if "offset" in parameters:
        parts.append(weights @ parameters["offset"])
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def added_along(parameters: Parameters, questions: Array, weights: Array, direction: Array) -> Array:
    """Return what each cluster adds to :func:`mapped` along a direction of its own for each question.

    The part that all clusters share is not among it.

    :param questions: *Shape:* (B, D)
    :param weights: *Shape:* (B, K)
    :param direction: *Shape:* (B, T)
    :returns: *Shape:* (B, K)
    """
    xp = array_namespace(questions, weights, direction)
    total = weights * 0.0
    if "scale" in parameters:
        total = total + weights * parameters["scale"] * xp.sum(questions * direction, axis=1)[:, None]
    if "offset" in parameters:
        total = total + weights * (direction @ parameters["offset"].T)
    if "left" in parameters:
        owner = parameters["owner"]
        own = np.eye(weights.shape[1] + 1, dtype=np.float32)[owner][:, :-1]
        hidden = (questions @ parameters["left"]) * (direction @ parameters["right"].T)
        total = total + weights * (hidden @ own)
    return total


def mapped_answers(parameters: Parameters, answers: Array, dropped: Dropped | None = None) -> Array:
    """Map texts where the other side is mapped too: ``a + (a L) R``; else they stay. *Shape:* (A, T)."""
    if "answer_left" not in parameters:
        return answers
    read = answers if dropped is None else dropped(answers)
    return answers + (read @ parameters["answer_left"]) @ parameters["answer_right"]


def side_by_side(columns: list[NDArray[np.floating]], rows: list[NDArray[np.floating]]) -> Arrays:
    """Return the factors of each cluster, (D, r_k) and (r_k, T), as one ``left``, ``right`` and ``owner``."""
    owners = [np.full(each.shape[1], cluster, np.int64) for cluster, each in enumerate(columns)]
    return {
        "left": np.concatenate(columns, axis=1).astype(np.float32),
        "right": np.concatenate(rows, axis=0).astype(np.float32),
        "owner": np.concatenate(owners),
    }


def count_parameters(parameters: Parameters) -> int:
    """Return how many numbers the maps are made of."""
    return sum(int(np.prod(array.shape)) for name, array in parameters.items() if name != "owner")
