"""What a model says of many inputs, and which prototype each of them belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.geometry import squared_distances
from prle.models.labels.predictor import ROWS_AT_A_TIME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.predictor import Answering


@dataclass(frozen=True, kw_only=True)
class Survey:
    """N inputs at a glance.

    The inputs that one prototype dominates are its *regime*.

    :param predictions: as they are reported: label units (N,), or class probabilities (N, T).
    :param prototypes: who dominates each input, the one with the largest weight. *Shape:* (N,)
    :param weights: that weight, 0 to 1. *Shape:* (N,)
    :param distances: from the input to that prototype, in the retrieval space. *Shape:* (N,)
    :param shares: mean responsibility of every prototype, zero where there is no input. *Shape:* (P,)
    """

    predictions: NDArray[np.float64]
    prototypes: NDArray[np.int64]
    weights: NDArray[np.float64]
    distances: NDArray[np.float64]
    shares: NDArray[np.float64]

    def regime(self, prototype: int) -> NDArray[np.int64]:
        """Return the inputs that a prototype dominates, those nearest to it first. *Shape:* (K,)."""
        own = np.flatnonzero(self.prototypes == prototype)
        return own[np.argsort(self.distances[own], kind="stable")]


def survey(predictor: Answering, sentences: NDArray[np.floating]) -> Survey:
    """Ask a model about all inputs, a block at a time. *Shape:* sentences (N, S, H)."""
    target, prototypes = predictor.target, len(predictor.prototypes)
    blocks = [_block(predictor, sentences[at : at + ROWS_AT_A_TIME]) for at in range(0, len(sentences), ROWS_AT_A_TIME)]
    nothing = Survey(
        predictions=np.asarray(target.additive(np.empty((0, target.width))), np.float64),
        prototypes=np.empty(0, np.int64),
        weights=np.empty(0),
        distances=np.empty(0),
        shares=np.zeros(prototypes),
    )
    found = (nothing, *blocks)
    return Survey(
        predictions=np.concatenate([each.predictions for each in found]),
        prototypes=np.concatenate([each.prototypes for each in found]),
        weights=np.concatenate([each.weights for each in found]),
        distances=np.concatenate([each.distances for each in found]),
        shares=np.sum([each.shares * len(each.weights) for each in found], axis=0) / max(len(sentences), 1),
    )


def _block(predictor: Answering, sentences: NDArray[np.floating]) -> Survey:
    answer, inputs, prototypes = predictor.answer(sentences), predictor.retrieval(sentences), predictor.prototypes
    dominant = np.argmax(answer.weights, axis=1)
    rows = np.arange(len(sentences))
    return Survey(
        predictions=np.asarray(predictor.target.reported(answer.predictions), np.float64),
        prototypes=dominant.astype(np.int64),
        weights=np.asarray(answer.weights[rows, dominant], np.float64),
        distances=np.sqrt(np.asarray(squared_distances(inputs, prototypes)[rows, dominant], np.float64)),
        shares=np.asarray(answer.weights, np.float64).mean(axis=0),
    )
