"""The retrieval space: where frozen inputs are compared, and so where it is decided who talks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.pairing import compose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.shapes import Array, Parameters

DEAD: Final = 1e-6
"""A feature whose standard deviation is below this share of the mean one carries nothing; it is not scaled up."""


@final
@dataclass(frozen=True, kw_only=True)
class RetrievalSpace:
    """Composed inputs on a common scale: ``(compose(x) - centre) * scale``.

    Single vectors keep their frozen geometry (centre 0, scale 1). Pair features are standardised, and the cosine,
    one column among 2 H, is given the weight of ``cosine_weight`` of them: nearness then respects what the encoder
    itself thinks of the pair. Both arrays are fixed, never learned.

    :param cosine_weight: weight of the cosine column of a pair; ``None`` means sqrt(H).
    """

    cosine_weight: float | None = None

    def start(self, sentences: NDArray[np.floating]) -> dict[str, NDArray[np.float32]]:
        """Measure ``centre`` and ``scale`` (F,) on training rows. *Shape:* sentences (N, S, H)."""
        features = compose(sentences)
        width = features.shape[1]
        if sentences.shape[1] == 1:
            return {"centre": np.zeros(width, np.float32), "scale": np.ones(width, np.float32)}
        centre, scale = standardisation(features)
        weight = math.sqrt(sentences.shape[2]) if self.cosine_weight is None else self.cosine_weight
        scale[-1] *= weight
        return {"centre": centre, "scale": scale}

    def __call__(self, parameters: Parameters, sentences: Array) -> Array:
        """Place inputs in the space. *Shape:* (B, S, H) to (B, F)."""
        return (compose(sentences) - parameters["centre"]) * parameters["scale"]


def standardisation(features: NDArray[np.floating]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Centre and scale (F,) that give each feature mean 0 and deviation 1; dead features get scale 0.

    :param features: *Shape:* (N, F)
    """
    deviation = features.std(axis=0, dtype=np.float64)
    alive = deviation > DEAD * deviation.mean()
    scale = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=alive)
    return features.mean(axis=0, dtype=np.float64).astype(np.float32), scale.astype(np.float32)
