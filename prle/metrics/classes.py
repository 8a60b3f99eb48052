"""How good predicted class distributions are. NumPy only, like ``prle.metrics.numbers``.

Every metric takes ``labels``, the codes of the true classes, *Shape:* (N,), and ``probabilities``, *Shape:* (N, T),
N >= 1, whose rows sum to one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.errors import PrleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEAST: Final = 1e-7
"""A probability below this counts as this in the log loss, 16.1 nats: one wrong certainty is not infinite."""

BINS: Final = 15
"""Bins of equal width that the calibration error compares confidence and accuracy in."""


def accuracy(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the share of rows whose likeliest class is the true one; the first of classes that tie.

    :raises PrleError: for shapes, codes or probabilities that do not fit together.
    """
    truth, guess = _checked(labels, probabilities)
    return float(np.mean(guess.argmax(axis=1) == truth))


def log_loss(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the mean negative log probability of the true class, nats; 0 at best, log T for a blind guess.

    :raises PrleError: for shapes, codes or probabilities that do not fit together.
    """
    truth, guess = _checked(labels, probabilities)
    return float(-np.mean(np.log(np.maximum(guess[np.arange(len(truth)), truth], LEAST))))


def brier(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the mean squared distance of a row to its true class, ``mean_i sum_t (p_it - y_it)^2``, 0 to 2.

    Brier (1950), summed over classes: of two classes it is twice what some libraries give.

    :raises PrleError: for shapes, codes or probabilities that do not fit together.
    """
    truth, guess = _checked(labels, probabilities)
    gap = guess.copy()
    gap[np.arange(len(truth)), truth] -= 1.0
    return float(np.mean(np.sum(gap * gap, axis=1)))


def calibration_error(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the expected calibration error, 0 to 1: how far confidence is from accuracy, averaged over rows.

    Rows are binned by the probability of their likeliest class into 15 bins of equal width;
    ``sum_b n_b / N |accuracy_b - confidence_b|``. Guo et al. (2017), section 3.

    :raises PrleError: for shapes, codes or probabilities that do not fit together.
    """
    truth, guess = _checked(labels, probabilities)
    confidence, right = guess.max(axis=1), guess.argmax(axis=1) == truth
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, weights=right - confidence, minlength=BINS)
    return float(np.sum(np.abs(gaps)) / len(truth))


def macro_f1(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the mean over classes of ``2 hits / (rows of the class + rows predicted as it)``, 0 to 1.

    Classes that occur neither as label nor as prediction are left out.

    :raises PrleError: for shapes, codes or probabilities that do not fit together.
    """
    truth, guess = _checked(labels, probabilities)
    width, chosen = guess.shape[1], guess.argmax(axis=1)
    hits = np.bincount(truth[truth == chosen], minlength=width)
    both = np.bincount(truth, minlength=width) + np.bincount(chosen, minlength=width)
    return float(np.mean(2.0 * hits[both > 0] / both[both > 0]))


def auc(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the area under the ROC curve, 0.5 for a blind guess; NaN where it cannot be measured.

    Of two classes that of the second against the first; of more the plain mean of each class against the rest
    (one-vs-rest, macro), over the classes that are the label of some rows and not of all.

    :raises PrleError: for shapes, codes or probabilities that do not fit together.
    """
    truth, guess = _checked(labels, probabilities)
    columns = [1] if guess.shape[1] == 2 else range(guess.shape[1])
    areas = [_area(truth == column, guess[:, column]) for column in columns]
    found = [area for area in areas if np.isfinite(area)]
    return float(np.mean(found)) if found else float("nan")


def confusion(labels: ArrayLike, probabilities: ArrayLike) -> NDArray[np.int64]:
    """Count rows by their true class (down) and their likeliest one (across). *Shape:* (T, T).

    :raises PrleError: for shapes, codes or probabilities that do not fit together.
    """
    truth, guess = _checked(labels, probabilities)
    width = guess.shape[1]
    counts = np.bincount(truth * width + guess.argmax(axis=1), minlength=width * width)
    return counts.reshape(width, width).astype(np.int64)


def majority_rate(labels: ArrayLike) -> float:
    """Return the share of the most frequent class: the accuracy of who always says it."""
    truth = np.asarray(labels, np.int64)
    return float(np.bincount(truth).max() / len(truth))


def _area(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Return the share of (positive, other) pairs that the scores order, ties half: the Mann-Whitney statistic."""
    count = int(positive.sum())
    others = len(positive) - count
    if not count or not others:
        return float("nan")
    _, places, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(sizes) - (sizes - 1) / 2.0
    return float((ranks[places][positive].sum() - count * (count + 1) / 2.0) / (count * others))


def _checked(labels: ArrayLike, probabilities: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return codes (N,) and probabilities (N, T), or say what is wrong with them."""
    truth, guess = np.asarray(labels, dtype=np.float64), np.asarray(probabilities, dtype=np.float64)
    if truth.ndim != 1 or guess.ndim != 2 or len(truth) != len(guess) or truth.size == 0:
        message = f"metrics: expected labels (N,) and probabilities (N, T); got {truth.shape} and {guess.shape}."
        raise PrleError(message)
    codes = truth.astype(np.int64)
    if (codes != truth).any() or codes.min() < 0 or codes.max() >= guess.shape[1]:
        message = f"metrics: expected labels that are codes from 0 to {guess.shape[1] - 1}."
        raise PrleError(message)
    if broken := int(np.count_nonzero(~np.isfinite(guess))):
        message = f"metrics: expected finite probabilities; {broken} of {guess.size} are not."
        raise PrleError(message)
    return codes, guess
