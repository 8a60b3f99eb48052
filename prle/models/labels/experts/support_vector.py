"""A prior that does not mind small errors."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.experts.interface import Prior
from prle.models.labels.experts.warm_start import holdout
from prle.models.labels.retrieval import standardisation

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.svm import LinearSVR

STRENGTHS: Final = (1e-4, 1e-3, 1e-2)
"""Inverse regularisation strengths C tried on a held-out fifth."""

TUBE: Final = 0.1
"""Errors up to this many label standard deviations cost nothing."""


def meta_svr(value: NDArray[np.floating], targets: NDArray[np.floating], rng: np.random.Generator) -> Prior:
    """Fit one linear support vector regression on the standardised value space, C chosen on a held-out fifth.

    The loss is the squared epsilon-insensitive one, ``max(0, |error| - 0.1)^2``, solved in the primal (Fan et al.,
    LIBLINEAR, 2008): close to ridge regression, whose answer it confirms. For comparison.
    """
    centre, scale = standardisation(np.asarray(value))
    features = (np.asarray(value, np.float64) - centre) * scale
    inside, outside = holdout(len(features), rng)
    weights, biases = [], []
    for labels in np.asarray(targets, np.float64).T:
        errors = []
        for strength in STRENGTHS:
            predicted = _fit(features[inside], labels[inside], strength).predict(features[outside])
            errors.append(float(np.mean((predicted - labels[outside]) ** 2)))
        fitted = _fit(features, labels, STRENGTHS[int(np.argmin(errors))])
        weight = fitted.coef_ * scale
        weights.append(weight)
        biases.append(float(np.squeeze(fitted.intercept_)) - float(weight @ centre))
    return Prior(weight=np.array(weights, np.float32), bias=np.array(biases, np.float32))


def _fit(features: NDArray[np.float64], labels: NDArray[np.float64], strength: float) -> LinearSVR:
    """Fit one regression to labels (N,)."""
    # Imported where it is used: answering loads this family and fits nothing.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVR

    with warnings.catch_warnings():
        # Not fully converged is as good a start, and is judged on the held-out rows anyway.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return LinearSVR(C=strength, epsilon=TUBE, loss="squared_epsilon_insensitive", dual=False, random_state=0).fit(
            features, labels
        )
