"""Does a model of classes find wrong labels? Some are exchanged, the whole model is fitted to them, and rows ranked.

A label is suspected as far as the fitted model does not believe it: by one minus its probability. Beside it stands
confident learning (Northcutt, Jiang and Chuang, 2021): the same of a logistic regression of the other folds, on the
same inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.explanation.audit.noise import FOLDS, NoiseFound, area

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS: Final = 200


def detect_class_noise(
    points: NDArray[np.floating],
    labels: NDArray[np.float64],
    wrong: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    seed: int,
) -> NoiseFound:
    """Rank all rows of which some are ``wrong`` (N,), one at least and not all.

    :param points: what a logistic regression may read. *Shape:* (N, F)
    :param labels: codes, the wrong ones among them. *Shape:* (N,)
    :param probabilities: of a model that was fitted to these labels. *Shape:* (N, T)
    """
    codes, rows = labels.astype(np.int64), np.arange(len(labels))
    folds = _from_other_folds(points, codes, probabilities.shape[1], seed)
    return NoiseFound(
        suspicion=area(1.0 - probabilities[rows, codes], wrong), residual=area(1.0 - folds[rows, codes], wrong)
    )


def _from_other_folds(
    points: NDArray[np.floating], codes: NDArray[np.int64], classes: int, seed: int
) -> NDArray[np.float64]:
    """Return class probabilities of every row, by a logistic regression on the other folds. *Shape:* (N, T)."""
    from sklearn.linear_model import LogisticRegression

    folds = np.random.default_rng(seed).permutation(len(codes)) % FOLDS
    found = np.zeros((len(codes), classes))
    for fold in range(FOLDS):
        held_out = folds == fold
        machine = LogisticRegression(max_iter=_ROUNDS).fit(points[~held_out], codes[~held_out])
        found[np.ix_(held_out, machine.classes_)] = machine.predict_proba(points[held_out])
    return found
