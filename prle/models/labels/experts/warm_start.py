"""The global linear model that experts start from, so that they begin reasonable instead of random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from prle.errors import UsageError
from prle.models.labels.experts.interface import Prior

if TYPE_CHECKING:
    from numpy.typing import NDArray

RIDGE_GRID: Final = (1e-3, 1e-2, 1e-1, 1.0, 10.0)
"""Penalties tried by :func:`meta_linear_regression`, as multiples of the mean feature variance times N."""


class WarmStart(Protocol):
    """Finds the prior; a plain function is enough."""

    def __call__(self, value: NDArray[np.floating], targets: NDArray[np.floating], rng: np.random.Generator) -> Prior:
        """Fit on training rows: value space (N, D), scaled labels (N, T)."""


def random(value: NDArray[np.floating], targets: NDArray[np.floating], rng: np.random.Generator) -> Prior:
    """Small random weights: no prior knowledge, for comparison."""
    width = value.shape[1]
    weight = rng.normal(0.0, 1.0 / np.sqrt(width), (targets.shape[1], width))
    return Prior(weight=weight.astype(np.float32), bias=np.zeros(targets.shape[1], np.float32))


def calibrated_cosine(
    value: NDArray[np.floating],
    targets: NDArray[np.floating],
    rng: np.random.Generator,  # noqa: ARG001
) -> Prior:
    """Fit least squares on the last value feature alone, the cosine of a pair; all other weights are zero."""
    cosine = np.asarray(value[:, -1], np.float64)
    centred = cosine - cosine.mean()
    spread = float(centred @ centred)
    if spread <= 0.0:
        message = "expert init calibrated_cosine: the cosine is the same for every training pair."
        raise UsageError(message, hint="use --expert-init meta_linear_regression")
    slope = centred @ (targets - targets.mean(axis=0)) / spread
    weight = np.zeros((targets.shape[1], value.shape[1]), np.float32)
    weight[:, -1] = slope
    bias = targets.mean(axis=0) - slope * cosine.mean()
    return Prior(weight=weight, bias=bias.astype(np.float32))


def meta_linear_regression(
    value: NDArray[np.floating],
    targets: NDArray[np.floating],
    rng: np.random.Generator,
) -> Prior:
    """Fit one global ridge regression, its penalty chosen on a held-out fifth of the training rows."""
    features = np.asarray(value, np.float64)
    inside, outside = holdout(len(features), rng)
    errors = []
    for penalty in RIDGE_GRID:
        weight, bias = ridge(features[inside], targets[inside], penalty)
        errors.append(float(np.mean((features[outside] @ weight.T + bias - targets[outside]) ** 2)))
    weight, bias = ridge(features, targets, RIDGE_GRID[int(np.argmin(errors))])
    return Prior(weight=weight.astype(np.float32), bias=bias.astype(np.float32))


def holdout(rows: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split row numbers at random into four fifths to fit on and one to judge by; a single row is both."""
    order = rng.permutation(rows)
    held = max(1, rows // 5)
    inside, outside = order[held:], order[:held]
    return (inside if len(inside) else outside), outside


def ridge(
    features: NDArray[np.float64], targets: NDArray[np.floating], penalty: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Closed-form ridge regression with a free bias.

    :param features: *Shape:* (N, D)
    :param targets: *Shape:* (N, T)
    :param penalty: multiple of the mean feature variance times N, so that it means the same at any scale.
    :returns: weight (T, D) and bias (T,)
    """
    centre, middle = features.mean(axis=0), targets.mean(axis=0)
    centred = features - centre
    gram = centred.T @ centred
    size = float(np.trace(gram)) / len(gram)
    gram[np.diag_indices_from(gram)] += max(penalty * size, np.finfo(np.float64).tiny)
    weight = np.linalg.solve(gram, centred.T @ (targets - middle)).T
    return weight, middle - weight @ centre
