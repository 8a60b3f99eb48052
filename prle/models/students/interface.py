"""A student is a small model that says what a fitted one says; here is what all students have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final, Literal

import numpy as np

from prle.arrays.shapes import array_namespace
from prle.models.labels.pairing import compose
from prle.models.labels.retrieval import standardisation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters

StudentName = Literal["factored", "linear", "mlp", "transformer"]
StrategyName = Literal["projection", "routing-only", "two-stage"]
GroupEmbeddingName = Literal["title", "path", "id-hash"]
ImportanceName = Literal["uniform", "entropy", "fisher", "uncertainty", "combined"]

HIDDEN: Final = 64
"""Width of hidden layers, at most: wider ones cost most and learn no more (``benchmarks/log/students.md``)."""

RIDGE: Final = 1e-3
"""Penalty of the linear part, as a share of the variance of a feature: it only has to be solvable."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Inputs:
    """What a student is told of B rows, in either engine.

    :param vectors: frozen ones. *Shape:* (B, S, H)
    :param place: the number of each row's group or path, the last one where it is not known; None where the teacher
        does not ask. *Shape:* (B,)
    """

    vectors: Array
    place: Array | None = None

    def take(self, rows: Array) -> Inputs:
        """Return some of the rows."""
        return Inputs(vectors=self.vectors[rows], place=None if self.place is None else self.place[rows])


@dataclass(frozen=True, kw_only=True, eq=False)
class Lesson:
    """Rows, and what the teacher says of them, in either engine.

    :param output: scaled label units (N, 1), class probabilities (N, T), or vectors of texts (N, T).
    :param weights: responsibilities. *Shape:* (N, P)
    :param outputs: what each expert says, as ``output``; None where nobody asks. *Shape:* (N, P, T)
    :param importance: how much each row counts, 1 on average. *Shape:* (N,)
    """

    inputs: Inputs
    output: Array
    weights: Array
    importance: Array
    outputs: Array | None = None

    def __len__(self) -> int:
        return len(self.output)

    def take(self, rows: Array) -> Lesson:
        """Return some of the rows."""
        return replace(
            self,
            inputs=self.inputs.take(rows),
            output=self.output[rows],
            weights=self.weights[rows],
            importance=self.importance[rows],
            outputs=None if self.outputs is None else self.outputs[rows],
        )

    def through(self, change: Callable[[Array], Array]) -> Lesson:
        """Return the same with every array changed: from one engine to the other."""
        place, outputs = self.inputs.place, self.outputs
        return Lesson(
            inputs=Inputs(vectors=change(self.inputs.vectors), place=None if place is None else change(place)),
            output=change(self.output),
            weights=change(self.weights),
            importance=change(self.importance),
            outputs=None if outputs is None else change(outputs),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """What a student starts from.

    :param inputs: training rows and mixtures of them.
    :param goals: what its linear part is regressed on. *Shape:* (N, T)
    :param importance: of the rows. *Shape:* (N,)
    :param prototypes: frozen vectors of the teacher's prototypes. *Shape:* (P, S, H)
    :param lens: a linear map of single vectors that the teacher compares them through; None for none. *Shape:* (H, H')
    :param groups: an embedding of each group, the last one for those that are not known. *Shape:* (K, G)
    """

    inputs: Inputs
    goals: NDArray[np.floating]
    importance: NDArray[np.floating]
    prototypes: NDArray[np.floating]
    lens: NDArray[np.floating] | None = None
    groups: NDArray[np.floating] | None = None


@dataclass(frozen=True, kw_only=True)
class Student(ABC):
    """``out = features @ weight + bias + correction(features)``, the correction zero in the beginning.

    ``features = standardise(compose(vectors @ reduce))``: each frozen vector is reduced to ``size`` numbers, and a pair
    is composed as everywhere else; the embedding of a group follows where there is one, reduced likewise. The linear
    part starts as a ridge regression on what the teacher says, so that training begins at the best linear student.

    :param size: numbers that a vector is reduced to; at least 1.
    :param hidden: width of whatever is hidden, at most; 0 for ``size``.
    """

    name: ClassVar[StudentName]
    fixed: ClassVar[frozenset[str]] = frozenset({"centre", "scale", "groups"})
    """Parameters that no gradient moves."""

    size: int = 64
    hidden: int = 0

    @property
    def inner(self) -> int:
        """The width of whatever is hidden."""
        return min(self.size, self.hidden or self.size)

    def start(self, ground: Ground, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
        """Return ``reduce`` (H, r), ``centre`` and ``scale`` (F,), ``weight`` (F, T), ``bias`` (T,), and what corrects.

        With groups also ``groups`` (K, G) and ``group_map`` (G, g).
        """
        parameters = {"reduce": reducing(ground, self.size)}
        if ground.groups is not None:
            _, axes = np.linalg.eigh(np.asarray(ground.groups, np.float64).T @ ground.groups)
            parameters["groups"] = ground.groups.astype(np.float32)
            parameters["group_map"] = axes[:, ::-1][:, : self.size].astype(np.float32)
        raw = composed(parameters, ground.inputs)
        parameters["centre"], parameters["scale"] = standardisation(raw)
        features = (raw - parameters["centre"]) * parameters["scale"]
        parameters["weight"], parameters["bias"] = ridge(features, ground.goals, ground.importance)
        missing = np.full(len(ground.prototypes), -1, np.int64)
        stand = Inputs(vectors=ground.prototypes, place=None if ground.groups is None else missing)
        memory = (composed(parameters, stand) - parameters["centre"]) * parameters["scale"]
        return parameters | self.correcting(memory.astype(np.float32), ground.goals.shape[1], rng)

    def __call__(self, parameters: Parameters, inputs: Inputs) -> Array:
        """Return what the student says, in the units of its goal. *Shape:* (B, T)."""
        features = (composed(parameters, inputs) - parameters["centre"]) * parameters["scale"]
        linear = features @ parameters["weight"] + parameters["bias"]
        corrected = self.correction(parameters, features)
        return linear if corrected is None else linear + corrected

    @abstractmethod
    def correction_shapes(self, features: int, tokens: int, width: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of what :meth:`correcting` returns, by name.

        :param features: F.
        :param tokens: P, prototypes.
        :param width: T.
        """

    @abstractmethod
    def correcting(
        self, memory: NDArray[np.float32], width: int, rng: np.random.Generator
    ) -> dict[str, NDArray[np.float32]]:
        """Return what the correction needs.

        :param memory: the features of the prototypes. *Shape:* (P, F)
        :param width: T.
        """

    @abstractmethod
    def correction(self, parameters: Parameters, features: Array) -> Array | None:
        """Return what is added to the linear part, None for nothing. *Shape:* (B, F) to (B, T)."""


def composed(parameters: Parameters, inputs: Inputs) -> Array:
    """Return reduced and composed vectors, and the reduced embedding of the group. *Shape:* (B, F)."""
    rows, sentences, width = inputs.vectors.shape
    xp = array_namespace(inputs.vectors)
    reduced = xp.reshape(inputs.vectors, (rows * sentences, width)) @ parameters["reduce"]
    features = compose(xp.reshape(reduced, (rows, sentences, parameters["reduce"].shape[1])))
    if "groups" not in parameters:
        return features
    groups = parameters["groups"] @ parameters["group_map"]
    return xp.concat([features, xp.take(groups, inputs.place, axis=0)], axis=1)


def folded(parameters: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Return parameters that say the same with embeddings of groups as they are after their map, which is then none.

    Only teaching needs the map apart; what it maps would be most of a student of many groups.
    """
    if "groups" not in parameters:
        return dict(parameters)
    groups = parameters["groups"] @ parameters["group_map"]
    return {**parameters, "groups": groups, "group_map": np.eye(groups.shape[1], dtype=np.float32)}


def reducing(ground: Ground, size: int) -> NDArray[np.float32]:
    """Return the map that vectors are reduced with at the start. *Shape:* (H, r), r at most ``size`` and H.

    Of single vectors one half are the directions from which a ridge regression predicts most of the goals, the other
    half principal axes; of pairs, whose goals are no linear functions of one vector, all are principal axes of what the
    teacher's lens shows. Where there is room for the lens itself, it is taken as it is: differences and products are of
    its columns, so that what all experts share can be said exactly.
    """
    vectors = np.asarray(ground.inputs.vectors, np.float64)
    width = vectors.shape[2]
    flat = vectors.reshape(-1, width)
    lens = np.eye(width) if ground.lens is None else np.asarray(ground.lens, np.float64)
    pairs = vectors.shape[1] > 1
    if pairs and size >= lens.shape[1]:
        return np.asarray(lens, np.float32)
    seen = flat @ lens
    _, axes = np.linalg.eigh(seen.T @ seen)
    principal = lens @ axes[:, ::-1]
    if pairs:
        return np.asarray(principal[:, :size], np.float32)
    weight, _ = ridge(flat, ground.goals, ground.importance)
    said = flat @ weight.astype(np.float64)
    _, kept = np.linalg.eigh(said.T @ said)
    telling = (weight @ kept[:, ::-1])[:, : (size + 1) // 2]
    telling = telling[:, np.linalg.norm(telling, axis=0) > 1e-9]
    both, _ = np.linalg.qr(np.concatenate([telling, principal], axis=1)[:, : min(size, width)])
    reduced: NDArray[np.float32] = both.astype(np.float32)
    return reduced


def ridge(
    features: NDArray[np.floating], goals: NDArray[np.floating], importance: NDArray[np.floating]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weight (F, T) and bias (T,) of a weighted ridge regression, the bias not held back."""
    weights = np.asarray(importance, np.float64)[:, None] / np.sum(importance)
    x, y = np.asarray(features, np.float64), np.asarray(goals, np.float64)
    centre, level = (weights * x).sum(axis=0), (weights * y).sum(axis=0)
    centred = x - centre
    gram = centred.T @ (weights * centred)
    held = RIDGE * max(float(np.trace(gram)) / len(gram), 1e-12)
    weight = np.linalg.solve(gram + held * np.eye(len(gram)), centred.T @ (weights * (y - level)))
    return weight.astype(np.float32), (level - centre @ weight).astype(np.float32)
