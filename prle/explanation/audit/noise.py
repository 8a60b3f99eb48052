"""Would wrong labels be found? Some are exchanged on purpose, the model is fitted to them, and all rows are ranked.

The figure is the area under the ROC curve: how often a wrong label is ranked above a right one, one half by chance.
Beside it stands the usual ranking, by what a linear model of the other folds says on the same inputs (confident
learning, Northcutt, Jiang and Chuang, 2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SHARE: Final = 0.05
"""Training labels that are exchanged among each other."""

FOLDS: Final = 5


@dataclass(frozen=True, kw_only=True)
class NoiseFound:
    """How often a wrong label is ranked above a right one: by the model's suspicion, and by a residual."""

    suspicion: float
    residual: float


def with_wrong_labels(labels: NDArray[np.float64], seed: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Exchange the labels of :data:`SHARE` of the rows, and say which are now others than they were. *Shape:* (N,)."""
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(labels), max(2, round(SHARE * len(labels))), replace=False)
    wrong = labels.copy()
    wrong[rows] = labels[rng.permutation(rows)]
    return wrong, wrong != labels


def area(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return how often a positive row scores above a negative one, ties counting half."""
    negative = np.sort(scores[~positive])
    below = np.searchsorted(negative, scores[positive], side="left")
    level = np.searchsorted(negative, scores[positive], side="right") - below
    return float(np.mean(below + 0.5 * level) / len(negative))


def from_other_folds(
    answered: Callable[[NDArray[np.floating], NDArray[np.float64], NDArray[np.floating]], NDArray[np.float64]],
    points: NDArray[np.floating],
    labels: NDArray[np.float64],
    seed: int,
) -> NDArray[np.float64]:
    """Predict every row by what is fitted to the other folds. *Shape:* (N,) or (N, T).

    :param answered: fits to points and labels, and predicts other points.
    :param points: *Shape:* (N, F)
    """
    folds = np.random.default_rng(seed).permutation(len(labels)) % FOLDS
    order = np.argsort(folds, kind="stable")
    said = [answered(points[folds != fold], labels[folds != fold], points[folds == fold]) for fold in range(FOLDS)]
    predicted: NDArray[np.float64] = np.concatenate(said)[np.argsort(order, kind="stable")]
    return predicted
