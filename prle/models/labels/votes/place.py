"""Where near means alike for the label and about the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.arrays.geometry import unit
from prle.arrays.shapes import array_namespace
from prle.models.labels.pairing import topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters
    from prle.config import PlaceConfig
    from prle.models.labels.targets import Target
    from prle.models.labels.votes.scores.interface import Base, Expected

AXES: Final = 384
"""Of a wider frozen vector, so many principal axes are compared at most: columns of a table say much the same."""

HELD: Final = 0.95
"""Share of the variance that these axes have to hold; no more are taken."""

_SAMPLE: Final = 8_192


@dataclass(frozen=True, kw_only=True)
class Reading:
    """B rows as they are placed, before anything is weighed.

    :param score: what each base with a score expects, in coordinates whose distances mean the same for all of them,
        side by side; None where no base has one. *Shape:* (B, G * T)
    :param value: the learned spaces side by side, of total variance one; None where there is none. *Shape:* (B, D)
    :param content: the frozen vector, of length one. *Shape:* (B, C)
    """

    score: Array | None
    value: Array | None
    content: Array


@final
@dataclass(frozen=True, kw_only=True)
class Place:
    """``z(x) = [score * s(x), value * v(x), sqrt(content) * c(x)]``.

    ``s`` is what is expected of a row (numbers in deviations of the labels; of class probabilities p, ``2 sqrt(p)``,
    under which distances are those of Hellinger), ``v`` the learned space, ``c`` the unit frozen vector: of a pair that
    of its topic, of a table that of its columns. The mean of several scores' squared distances counts.
    """

    bases: Mapping[str, Base]
    target: Target

    def measure(self, sentences: NDArray[np.floating], *, table: bool) -> dict[str, NDArray[np.float32]]:
        """Measure the ``middle`` (H,) and the ``axes`` (H, C) of the content. *Shape:* sentences (N, S, H).

        Columns of a table are centred, and a wide vector is looked at along its main axes.
        """
        topics = np.asarray(topic(sentences[:_SAMPLE]), np.float64)
        middle = topics.mean(axis=0) if table else np.zeros(topics.shape[1])
        measured = {"middle": middle.astype(np.float32)}
        if topics.shape[1] > AXES:
            values, vectors = np.linalg.eigh((topics - middle).T @ (topics - middle))
            held = np.cumsum(values[::-1]) / values.sum()
            axes = min(int(np.searchsorted(held, HELD)) + 1, AXES)
            measured["axes"] = vectors[:, ::-1][:, :axes].astype(np.float32)
        return measured

    def expected(self, scores: Mapping[str, Parameters], sentences: Array) -> list[Expected]:
        """Ask every base, in their order. *Shape:* sentences (B, S, H)."""
        return [base(scores[name], sentences) for name, base in self.bases.items()]

    def read(self, arrays: Parameters, made: Sequence[Expected], sentences: Array) -> Reading:
        """Put what bases made of rows, and their frozen vectors, on common scales.

        :param arrays: what :meth:`measure` found, and ``spread``, the deviation of the learned spaces together, where
            it is known.
        """
        xp = array_namespace(sentences)
        scores = [self.target.placed(each.score) for each in made if each.score is not None]
        values = [each.value for each in made if each.value is not None]
        content = topic(sentences) - arrays["middle"]
        if "axes" in arrays:
            content = content @ arrays["axes"]
        value = xp.concat(values, axis=1) if values else None
        return Reading(
            score=xp.concat(scores, axis=1) * (1.0 / len(scores) ** 0.5) if scores else None,
            value=value * (1.0 / arrays["spread"]) if value is not None and "spread" in arrays else value,
            content=unit(content),
        )

    @staticmethod
    def learned(reading: Reading, weights: PlaceConfig) -> Array:
        """Return the weighed score and value. *Shape:* (B, L)."""
        xp = array_namespace(reading.content)
        parts = [
            part * float(weight)
            for part, weight in ((reading.score, weights.score), (reading.value, weights.value))
            if part is not None and float(weight) > 0.0
        ]
        return xp.concat(parts, axis=1) if parts else reading.content[:, :0]


def spread(value: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the root of the total variance of rows in a learned space. *Shape:* (N, D) to a scalar."""
    total = float(np.sqrt(np.var(value, axis=0, dtype=np.float64).sum()))
    return np.asarray(total if total > 0.0 else 1.0, np.float32)
