"""A prior for classes: one multinomial logistic regression."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import softmax
from prle.metrics.classes import log_loss
from prle.models.labels.experts.interface import Prior
from prle.models.labels.experts.warm_start import holdout
from prle.models.labels.retrieval import standardisation

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRENGTHS: Final = (1e-3, 1e-2, 1e-1)
"""Inverse regularisation strengths C tried on a held-out fifth."""

ROUNDS: Final = 200


def meta_logistic_regression(
    value: NDArray[np.floating], targets: NDArray[np.floating], rng: np.random.Generator
) -> Prior:
    """Fit one multinomial logistic regression on the standardised value space; what it says are logits.

    C is chosen on a held-out fifth by the log loss. A class that no training row has gets the lowest bias of the
    others, less the logarithm of the number of rows.

    :param targets: one-hot classes. *Shape:* (N, T)
    """
    centre, scale = standardisation(np.asarray(value))
    features = (np.asarray(value, np.float64) - centre) * scale
    codes = np.argmax(targets, axis=1)
    inside, outside = holdout(len(features), rng)
    width, errors = targets.shape[1], []
    for strength in STRENGTHS:
        weight, bias = logistic(features[inside], codes[inside], width, strength)
        errors.append(log_loss(codes[outside], softmax(features[outside] @ weight.T + bias)))
    weight, bias = logistic(features, codes, width, STRENGTHS[int(np.argmin(errors))])
    weight = weight * scale
    return Prior(weight=weight.astype(np.float32), bias=(bias - weight @ centre).astype(np.float32))


def logistic(
    features: NDArray[np.float64], codes: NDArray[np.int64], width: int, strength: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit one multinomial logistic regression.

    :param features: on a common scale. *Shape:* (N, D)
    :param codes: classes; where all rows are of one, it is likely everywhere. *Shape:* (N,)
    :param width: T, how many classes there are. One that does not occur gets the lowest bias of the others, less the
        logarithm of the number of rows.
    :param strength: C, inverse regularisation strength.
    :returns: weight (T, D) and bias (T,) of logits
    """
    # Imported where it is used: answering loads this family and fits nothing.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(codes)) == 1:
        return np.zeros((width, features.shape[1])), np.where(np.arange(width) == codes[0], 0.0, -np.log(len(codes)))
    with warnings.catch_warnings():
        # Not fully converged is as good a start, and is judged on the held-out rows anyway.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = LogisticRegression(C=strength, max_iter=ROUNDS).fit(features, codes)
    found, coefficients, intercepts = fitted.classes_, fitted.coef_, fitted.intercept_
    if len(found) == 2:
        # Two classes share one weight vector, which scikit-learn gives for the second.
        coefficients = np.concatenate([-coefficients / 2, coefficients / 2])
        intercepts = np.concatenate([-intercepts / 2, intercepts / 2])
    weight = np.zeros((width, features.shape[1]))
    bias = np.full(width, intercepts.min() - np.log(len(codes)))
    weight[found], bias[found] = coefficients, intercepts
    return weight, bias
