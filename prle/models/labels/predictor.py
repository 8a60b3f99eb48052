"""A fitted committee that answers, of one member or more: NumPy alone, the same forward pass that was trained."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.models.labels.committee import averaged, flat, mean_prediction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.arrays.shapes import Points, Sentences
    from prle.models.labels.committee import Answer
    from prle.models.labels.model import PRLE, Forward, ModelParameters, Part
    from prle.models.labels.targets import Target

ROWS_AT_A_TIME: Final = 256
"""Rows predicted at once: enough to fill the matrix products, small enough to stay in the cache."""


class Answering(ABC):
    """A fitted model of numbers or classes, ready to answer, whoever speaks in it.

    :param anchors: the training row of each prototype. *Shape:* (P,)
    """

    target: Target
    anchors: NDArray[np.int64]

    @abstractmethod
    def answer(self, sentences: NDArray[np.floating]) -> Answer:
        """Return what is said, by prototype. *Shape:* sentences (B, S, H)."""

    @abstractmethod
    def predict(self, sentences: Sentences) -> NDArray[np.float64]:
        """Return predictions: (N, S, H) to label units (N,), or to class probabilities (N, T)."""

    @abstractmethod
    def weights(self, sentences: Sentences) -> NDArray[np.floating]:
        """Return responsibilities. *Shape:* (N, S, H) to (N, P)."""

    def regimes(self, sentences: Sentences) -> NDArray[np.int64]:
        """Return the prototype that dominates each input, by its weight. *Shape:* (N, S, H) to (N,)."""
        regimes: NDArray[np.int64] = self.weights(sentences).argmax(axis=1).astype(np.int64)
        return regimes

    @abstractmethod
    def retrieval(self, sentences: Sentences) -> NDArray[np.floating]:
        """Place inputs where nearness is measured. *Shape:* (N, S, H) to (N, F)."""

    @abstractmethod
    def standing(self, sentences: Sentences) -> Points:
        """Return where the training rows are that it knows, taken by slices and numbers. *Shape:* (N, F).

        :param sentences: of all training rows. *Shape:* (N, S, H)
        """

    @property
    @abstractmethod
    def prototypes(self) -> NDArray[np.floating]:
        """Where the prototypes are. *Shape:* (P, F)."""

    @property
    @abstractmethod
    def size_bytes(self) -> int:
        """Bytes of all arrays that answering needs."""


@final
class PlacedRows:
    """Rows in the place where nearness is measured, placed as they are taken, by slices or by numbers.

    :param sentences: frozen vectors, in memory or in the file. *Shape:* (N, S, H)
    """

    def __init__(self, predictor: Answering, sentences: Sentences) -> None:
        self._predictor, self._sentences = predictor, sentences

    def __len__(self) -> int:
        return len(self._sentences)

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> NDArray[np.floating]:
        return self._predictor.retrieval(self._sentences[rows])


@final
class Predictor(Answering):
    """Predicts label units or class probabilities from frozen vectors: the mean of its members.

    :param members: the fitted parameters of each, M >= 1; kept at ``precision``.
    :param anchors: the training row of each prototype. *Shape:* (P,)
    :param precision: float32 to answer, float64 where terms must add up to the last digit.
    """

    def __init__(
        self,
        model: PRLE,
        members: Sequence[ModelParameters],
        target: Target,
        anchors: NDArray[np.int64],
        *,
        precision: type[np.floating] = np.float32,
    ) -> None:
        self.model = model
        self.target = target
        self.anchors = anchors
        self._precision = precision
        self._members: list[dict[Part, dict[str, NDArray[np.floating]]]] = [
            {part: {name: array.astype(precision) for name, array in arrays.items()} for part, arrays in member.items()}
            for member in members
        ]
        self._prototypes = [model.place(member, member["prototypes"]["vectors"]) for member in self._members]

    @property
    def members(self) -> tuple[Mapping[Part, Mapping[str, NDArray[np.floating]]], ...]:
        """The parameters of each member, at the precision that it answers with."""
        return tuple(self._members)

    def forwards(self, sentences: NDArray[np.floating]) -> list[Forward]:
        """Run every member, keeping every intermediate. *Shape:* sentences (B, S, H)."""
        vectors = sentences.astype(self._precision, copy=False)
        return [
            self.model.forward(member, vectors, prototypes=prototypes)
            for member, prototypes in zip(self._members, self._prototypes, strict=True)
        ]

    def answer(self, sentences: NDArray[np.floating]) -> Answer:
        """Return what the members together say, by prototype. *Shape:* sentences (B, S, H)."""
        return averaged(self.forwards(sentences), self.target)

    def predict(self, sentences: Sentences) -> NDArray[np.float64]:
        """Return predictions: (N, S, H) to label units (N,), or to class probabilities (N, T)."""
        blocks = [
            mean_prediction(self.forwards(sentences[first : first + ROWS_AT_A_TIME]), self.target)
            for first in range(0, len(sentences), ROWS_AT_A_TIME)
        ]
        nothing = self.target.additive(np.empty((0, self.target.width)))
        sums = np.concatenate([nothing, *blocks]).astype(np.float64)
        return np.asarray(self.target.reported(sums), np.float64)

    def weights(self, sentences: Sentences) -> NDArray[np.floating]:
        """Return mean responsibilities. *Shape:* (N, S, H) to (N, P)."""
        blocks = [
            self.answer(sentences[first : first + ROWS_AT_A_TIME]).weights
            for first in range(0, len(sentences), ROWS_AT_A_TIME)
        ]
        return np.concatenate([np.empty((0, len(self.anchors)), self._precision), *blocks])

    def retrieval(self, sentences: Sentences) -> NDArray[np.floating]:
        """Place inputs in the retrieval space alone. *Shape:* (N, S, H) to (N, F)."""
        parameters = self._members[0]["retrieval"]
        blocks = [
            self.model.retrieval(parameters, block.astype(self._precision, copy=False))
            for block in (
                sentences[first : first + ROWS_AT_A_TIME] for first in range(0, len(sentences) or 1, ROWS_AT_A_TIME)
            )
        ]
        space: NDArray[np.floating] = np.concatenate(blocks)
        return space

    def standing(self, sentences: Sentences) -> Points:
        """Return the training rows in the retrieval space, placed as they are taken. *Shape:* (N, F)."""
        return PlacedRows(self, sentences)

    @property
    def prototypes(self) -> NDArray[np.floating]:
        """Where the prototypes are in the retrieval space. *Shape:* (P, F)."""
        points: NDArray[np.floating] = self._prototypes[0].retrieval
        return points

    @property
    def size_bytes(self) -> int:
        """Bytes of all parameters that answering needs."""
        return sum(int(array.nbytes) for array in flat(self._members).values())
