"""The columns that baselines work on: a text is its vector, a pair is what a careful person would compare.

For pairs ``[|u - v|, u * v, cosine(u, v)]``, which does not change when the two texts are swapped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, final

import numpy as np

from prle.models.labels import pairing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences

_DEAD: Final = 1e-6
"""A column that varies less than this, relative to the liveliest one, says nothing (all-MiniLM-L6-v2 has two)."""


def compose(embeddings: Sentences) -> NDArray[np.float32]:
    """Return the features that the model itself sees; the cosine of a pair is the last column.

    *Shape:* (N, 1, H) -> (N, H), or (N, 2, H) -> (N, 2H + 1).
    """
    return np.asarray(pairing.compose(np.asarray(embeddings[:], np.float32)), np.float32)


def cosine(embeddings: Sentences) -> NDArray[np.float32]:
    """Return the cosine of each pair, 0 where a vector has no length. *Shape:* (N, 2, H) -> (N,)."""
    return compose(embeddings)[:, -1]


def deviation(labels: NDArray[np.float64]) -> float:
    """Return the labels' standard deviation, 1.0 where it is zero: safe to divide by."""
    return float(np.std(labels)) or 1.0


@final
@dataclass(frozen=True, kw_only=True)
class Columns:
    """Puts features on one scale, ``(x - mean) * scale``: mean 0 and deviation 1 on train, times a weight each.

    Dead columns get scale 0: a column that never moved in training must not shout when it first does.

    :param mean: *Shape:* (F,).
    :param scale: *Shape:* (F,).
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]

    @classmethod
    def of(cls, features: NDArray[np.float32]) -> Self:
        """Measure the columns of the training features. *Shape:* (N, F)."""
        mean = features.mean(axis=0, dtype=np.float64)
        spread = features.std(axis=0, dtype=np.float64)
        alive = spread > _DEAD * spread.max()
        scale = np.where(alive, 1 / np.where(alive, spread, 1.0), 0.0)
        return cls(mean=mean.astype(np.float32), scale=scale.astype(np.float32))

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """*Shape:* (N, F) -> (N, F)."""
        return (features - self.mean) * self.scale

    def weighted(self, weights: NDArray[np.floating]) -> Columns:
        """Return these columns, each counting ``weights`` times as much in a distance. *Shape:* (F,)."""
        return Columns(mean=self.mean, scale=(self.scale * weights).astype(np.float32))

    @property
    def nbytes(self) -> int:
        """Return the bytes of both arrays."""
        return self.mean.nbytes + self.scale.nbytes


def cosine_weights(width: int, texts: int, weight: float) -> NDArray[np.float64]:
    """Return column weights that make the cosine count as ``weight ** 2`` times half of the other columns together.

    Squared distances add up over columns, so one column equals ``n`` others at weight ``sqrt(n)``; left at 1 the most
    telling column of a pair would be one voice among hundreds. All ones for single texts.

    *Shape:* (F,), with F = ``width`` columns.
    """
    weights = np.ones(width)
    if texts == 2:
        weights[-1] = weight * np.sqrt((width - 1) / 2)
    return weights
