"""The retrieval space: where frozen inputs are compared, and so where it is decided who talks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.arrays.shapes import array_namespace
from prle.models.labels.pairing import compose, topic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters

DEAD: Final = 1e-6
"""A feature whose standard deviation is below this share of the mean one carries nothing; it is not scaled up."""


@final
@dataclass(frozen=True, kw_only=True)
class RetrievalSpace:
    """Inputs on a common scale: ``(features(x) - centre) * scale``.

    Single vectors keep their frozen geometry (centre 0, scale 1). A pair is ``[(u + v) / 2, |u - v|, u * v, cos]``,
    standardised: what the two sentences are about, and how they differ. The cosine, one column among 3 H + 1, is given
    the weight of ``cosine_weight`` of them: nearness then respects what the encoder itself thinks of the pair. The
    last 2 H + 1 features are those of :func:`prle.models.labels.pairing.compose`. Both arrays are fixed, never learned.

    :param cosine_weight: weight of the cosine column of a pair; ``None`` means sqrt(H).
    :param topic_weight: weight of each column of the topic block of a pair.
    """

    cosine_weight: float | None = None
    topic_weight: float = 1.0

    def start(self, sentences: NDArray[np.floating]) -> dict[str, NDArray[np.float32]]:
        """Measure ``centre`` and ``scale`` (F,) on training rows. *Shape:* sentences (N, S, H)."""
        features = _features(sentences)
        if sentences.shape[1] == 1:
            return {"centre": np.zeros(features.shape[1], np.float32), "scale": np.ones(features.shape[1], np.float32)}
        centre, scale = standardisation(features)
        width = sentences.shape[2]
        scale[:width] *= self.topic_weight
        scale[-1] *= math.sqrt(width) if self.cosine_weight is None else self.cosine_weight
        return {"centre": centre, "scale": scale}

    def __call__(self, parameters: Parameters, sentences: Array) -> Array:
        """Place inputs in the space. *Shape:* (B, S, H) to (B, F)."""
        return (_features(sentences) - parameters["centre"]) * parameters["scale"]


def _features(sentences: Array) -> Array:
    """A single vector as it is, a pair as its topic and its composition."""
    if sentences.shape[1] == 1:
        return compose(sentences)
    return array_namespace(sentences).concat([topic(sentences), compose(sentences)], axis=1)


def standardisation(features: NDArray[np.floating]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Centre and scale (F,) that give each feature mean 0 and deviation 1; dead features get scale 0.

    :param features: *Shape:* (N, F)
    """
    deviation = features.std(axis=0, dtype=np.float64)
    alive = deviation > DEAD * deviation.mean()
    scale = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=alive)
    return features.mean(axis=0, dtype=np.float64).astype(np.float32), scale.astype(np.float32)
