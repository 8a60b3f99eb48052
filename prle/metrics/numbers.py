"""How good predictions are, and how sure we may be that one method is better than another.

Every metric takes ``labels`` and ``predictions`` of *shape* (N,), N >= 1, finite, in the same units. NumPy only:
training, answering and benchmarking all import this, and answering starts in a fraction of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from prle.errors import PrleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

Statistic = Literal["pearson", "spearman", "rmse", "r2", "accuracy"]


@dataclass(frozen=True)
class Figure:
    """A figure of merit: what it is called, and which end of it is the good one.

    :param name: as a key.
    :param title: as people read it.
    """

    name: str
    title: str
    less_is_better: bool = False

    @property
    def worst(self) -> float:
        """What anything is better than."""
        return float("inf") if self.less_is_better else float("-inf")

    def better(self, value: float, than: float) -> bool:
        """Return whether ``value`` is strictly better; NaN never is."""
        return value < than if self.less_is_better else value > than


FIGURES: Final[Mapping[str, Figure]] = {
    figure.name: figure
    for figure in (
        Figure("pearson", "Pearson"),
        Figure("spearman", "Spearman"),
        Figure("rmse", "RMSE", less_is_better=True),
        Figure("r2", "R²"),
        Figure("accuracy", "accuracy"),
        Figure("auc", "AUC"),
        Figure("log_loss", "log loss", less_is_better=True),
        Figure("brier", "Brier", less_is_better=True),
        Figure("calibration_error", "calibration error", less_is_better=True),
        Figure("macro_f1", "macro F1"),
    )
}
"""All figures by name: the first four of numbers, the others of classes."""

_CELLS_AT_ONCE: Final = 2**20
"""Resampled labels held in memory at a time: 8 MiB for each of the three arrays."""


class Difference(NamedTuple):
    """A difference of two metrics, ``a - b``, and the interval that resampling the rows gives it."""

    point: float
    low: float
    high: float


def pearson(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return how linearly predictions follow labels, -1 to 1; 0.0 where either side is constant.

    :raises PrleError: for shapes other than two equal (N,), or values that are not finite.
    """
    return float(_pearson(*_checked(labels, predictions)))


def spearman(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return how well predictions order the labels, -1 to 1: Pearson of the ranks, ties sharing their mean rank.

    0.0 where either side is constant.

    :raises PrleError: for shapes other than two equal (N,), or values that are not finite.
    """
    return float(_spearman(*_checked(labels, predictions)))


def rmse(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the root of the mean squared error, in label units.

    :raises PrleError: for shapes other than two equal (N,), or values that are not finite.
    """
    return float(_rmse(*_checked(labels, predictions)))


def mae(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the mean absolute error, in label units.

    :raises PrleError: for shapes other than two equal (N,), or values that are not finite.
    """
    truth, guess = _checked(labels, predictions)
    return float(np.mean(np.abs(truth - guess)))


def r2(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the share of the labels' variance that is explained, 1 at best; 0.0 where the labels are constant.

    Negative where predicting the labels' mean would have been better.

    :raises PrleError: for shapes other than two equal (N,), or values that are not finite.
    """
    return float(_r2(*_checked(labels, predictions)))


def rank_correlations(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Spearman's correlation of each row of ``a`` with that of ``b``. *Shape:* two (..., N) to (...)."""
    return _spearman(a, b)


def paired_bootstrap(
    labels: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    statistic: Statistic,
    *,
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Difference:
    """Return ``statistic(a) - statistic(b)`` with the percentile interval of a paired bootstrap.

    Rows are drawn with replacement, the *same* rows for both methods, so what makes a row hard for both cancels out.
    Where a method was fitted K times, each fit is scored on the drawn rows and the K scores are averaged: rows are
    resampled, fits are not. The interval speaks of new rows like these and of these very fits; what another seed would
    change, it does not cover. Efron and Tibshirani (1993), chapter 13.

    :param a: predictions of one method, *Shape:* (N,), or of each of its fits, (K, N).
    :param b: predictions of the other on the same rows, *Shape:* (N,) or (K, N), with a K of its own.
    :param level: share of resampled differences that the interval holds, between 0 and 1.
    :raises PrleError: for unequal shapes, values that are not finite, no resamples, or a level outside (0, 1).
    """
    if resamples < 1 or not 0 < level < 1:
        message = f"bootstrap: expected resamples >= 1 and 0 < level < 1; got resamples={resamples}, level={level}."
        raise PrleError(message)
    truth = np.asarray(labels, dtype=np.float64)
    first, second = ([_checked(labels, fit)[1] for fit in np.atleast_2d(np.asarray(each))] for each in (a, b))
    measure = _ROWWISE[statistic]

    def difference(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        drawn = truth[rows]
        ours, theirs = (sum(measure(drawn, fit[rows]) for fit in fits) / len(fits) for fits in (first, second))
        return np.asarray(ours - theirs)

    rng = np.random.default_rng(seed)
    step = max(1, _CELLS_AT_ONCE // truth.size)
    differences = np.empty(resamples)
    for start in range(0, resamples, step):
        stop = min(start + step, resamples)
        differences[start:stop] = difference(rng.integers(0, truth.size, size=(stop - start, truth.size)))
    low, high = np.quantile(differences, ((1 - level) / 2, (1 + level) / 2))
    return Difference(float(difference(np.arange(truth.size))), float(low), float(high))


def _accuracy(labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of equal codes. *Shape:* two (..., N) -> (...)."""
    right: NDArray[np.float64] = np.mean(labels == predictions, axis=-1)
    return right


def _checked(labels: ArrayLike, predictions: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both as float64 (N,), or say what is wrong with them."""
    truth, guess = np.asarray(labels, dtype=np.float64), np.asarray(predictions, dtype=np.float64)
    if truth.ndim != 1 or truth.shape != guess.shape or truth.size == 0:
        message = f"metrics: expected labels and predictions of one shape (N,); got {truth.shape} and {guess.shape}."
        raise PrleError(message)
    for name, values in (("labels", truth), ("predictions", guess)):
        if broken := int(np.count_nonzero(~np.isfinite(values))):
            message = f"metrics: expected finite {name}; {broken} of {values.size} are not."
            raise PrleError(message)
    return truth, guess


def _pearson(labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
    """*Shape:* two (..., N) -> (...)."""
    products: NDArray[np.float64] = np.einsum("...n,...n->...", _unit(labels), _unit(predictions))
    return np.clip(products, -1.0, 1.0)


def _spearman(labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
    """*Shape:* two (..., N) -> (...)."""
    return _pearson(_ranks(labels), _ranks(predictions))


def _rmse(labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
    """*Shape:* two (..., N) -> (...)."""
    squared: NDArray[np.float64] = np.mean((labels - predictions) ** 2, axis=-1)
    return np.sqrt(squared)


def _r2(labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> NDArray[np.float64]:
    """*Shape:* two (..., N) -> (...)."""
    centred = _centred(labels)
    total = np.sum(centred**2, axis=-1)
    error = np.sum((labels - predictions) ** 2, axis=-1)
    return np.where(total > 0, 1 - error / np.where(total > 0, total, 1.0), 0.0)


_ROWWISE: Final[Mapping[Statistic, Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]]] = {
    "pearson": _pearson,
    "spearman": _spearman,
    "rmse": _rmse,
    "r2": _r2,
    "accuracy": _accuracy,
}


def _centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Subtract each row's mean; a constant row becomes exact zeros, where a rounded mean would leave noise."""
    constant = values.max(axis=-1, keepdims=True) == values.min(axis=-1, keepdims=True)
    return np.where(constant, 0.0, values - values.mean(axis=-1, keepdims=True))


def _unit(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centre each row and scale it to length 1; dividing by the largest value first keeps its square in range."""
    centred = _centred(values)
    largest = np.max(np.abs(centred), axis=-1, keepdims=True)
    centred /= np.where(largest > 0, largest, 1.0)
    length = np.sqrt(np.einsum("...n,...n->...", centred, centred))[..., None]
    return centred / np.where(length > 0, length, 1.0)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank each row from 0, equal values sharing the mean of their places."""
    order = np.argsort(values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    rises = ordered[..., 1:] != ordered[..., :-1]
    edge = np.ones((*values.shape[:-1], 1), dtype=np.bool_)
    places = np.arange(values.shape[-1])
    first = np.maximum.accumulate(np.where(np.concatenate([edge, rises], axis=-1), places, 0), axis=-1)
    ends = np.where(np.concatenate([rises, edge], axis=-1), places, places[-1])
    last = np.minimum.accumulate(ends[..., ::-1], axis=-1)[..., ::-1]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, (first + last) / 2, axis=-1)
    return ranks


def in_words(error: float) -> str:
    """Write an error in label units, whose scale is anybody's: 4 decimals below ten, none above a thousand."""
    return f"{error:,.{4 if abs(error) < 10 else 2 if abs(error) < 1000 else 0}f}"
