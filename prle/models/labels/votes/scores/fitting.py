"""What bases have in common while they are fitted, and how their outputs become scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.geometry import softmax
from prle.models.labels.pairing import compose
from prle.models.labels.votes.scores.interface import folds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows


def said(outputs: Array) -> Array:
    """From what a base adds up to scores: a number is one, logits of two classes or more become probabilities.

    *Shape:* (B, T) to (B, T), T is 1 for a number
    """
    return outputs if outputs.shape[1] == 1 else softmax(outputs)


def composed(rows: Rows) -> NDArray[np.float32]:
    """Return one input a row, in memory. *Shape:* (N, F)."""
    features: NDArray[np.float32] = compose(np.asarray(rows.sentences[:], np.float32))
    return features


def error(target: Target, rows: Rows, scores: NDArray[np.floating]) -> float:
    """Measure scores (N, T) of rows by what training watches: less is better."""
    return target.figures[target.criterion.name](rows.labels, target.additive(scores))


def codes_of(rows: Rows) -> NDArray[np.int64]:
    """Return the classes of rows. *Shape:* (N,)."""
    return np.asarray(rows.labels, np.int64)


def out_of_fold(
    shape: tuple[int, int],
    parts: int,
    seed: int,
    score: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.floating]],
) -> NDArray[np.float32]:
    """Score each row by what was fitted without its label.

    :param shape: N, T
    :param score: fit on the rows of these numbers, and score those of the others.
    :returns: *Shape:* (N, T)
    """
    scores = np.zeros(shape, np.float32)
    for inside, outside in folds(shape[0], parts, seed):
        scores[outside] = score(inside, outside)
    return scores
