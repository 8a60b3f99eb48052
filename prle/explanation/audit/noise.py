"""Does the model find wrong labels? Some are exchanged on purpose, and all rows ranked by suspicion.

Beside it stands the usual ranking, by the absolute residual of a prediction that comes from the other folds (as in
Northcutt, Jiang and Chuang, 2021, for classes): the same experts, solved on four fifths of the rows. The figure is the
area under the ROC curve: how often a wrong label is ranked above a right one, one half by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.explanation.audit.suspicion import suspicion
from prle.explanation.influence import Influence, Placed

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARE: Final = 0.05
"""Training labels that are exchanged among each other."""

FOLDS: Final = 5


@dataclass(frozen=True, kw_only=True)
class NoiseFound:
    """How often a wrong label is ranked above a right one.

    :param suspicion: by :func:`prle.explanation.audit.suspicion.suspicion`.
    :param residual: by the residual of cross-validation.
    """

    suspicion: float
    residual: float


def with_wrong_labels(labels: NDArray[np.float64], seed: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Exchange the labels of :data:`SHARE` of the rows, and say which are now others than they were. *Shape:* (N,)."""
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(labels), max(2, round(SHARE * len(labels))), replace=False)
    wrong = labels.copy()
    wrong[rows] = labels[rng.permutation(rows)]
    return wrong, wrong != labels


def detect_noise(influence: Influence, wrong: NDArray[np.bool_], seed: int) -> NoiseFound:
    """Rank all rows of a model with some ``wrong`` labels (N,), of which there is one at least and not only such."""
    residual = np.abs(influence.labels - _from_other_folds(influence, seed))
    return NoiseFound(suspicion=area(suspicion(influence).scores, wrong), residual=area(residual, wrong))


def _from_other_folds(influence: Influence, seed: int) -> NDArray[np.float64]:
    """Predict every training row by experts solved on the other folds. *Shape:* (N,)."""
    folds = np.random.default_rng(seed).permutation(len(influence.labels)) % FOLDS
    predicted = np.empty(len(folds))
    for fold in range(FOLDS):
        rows = np.flatnonzero(folds == fold)
        held_out = [
            Placed(
                features=member.features[rows],
                weights=np.asarray(member.weights[rows], np.float64),
                prior=member.prior[rows],
            )
            for member in influence.members
        ]
        predicted[rows] = influence.without(rows.tolist()).predict(held_out)
    return predicted


def area(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return how often a positive row scores above a negative one, ties counting half."""
    negative = np.sort(scores[~positive])
    below = np.searchsorted(negative, scores[positive], side="left")
    level = np.searchsorted(negative, scores[positive], side="right") - below
    return float(np.mean(below + 0.5 * level) / len(negative))
