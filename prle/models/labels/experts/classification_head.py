"""A prior taken from a classifier of low, middling and high labels."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.experts.interface import Prior
from prle.models.labels.experts.warm_start import holdout
from prle.models.labels.retrieval import standardisation

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS: Final = 5
"""Classes that the labels are cut into, at their quantiles; fewer where quantiles coincide."""

STRENGTHS: Final = (1e-4, 1e-3, 1e-2)
"""Inverse regularisation strengths C tried on a held-out fifth."""

ROUNDS: Final = 100


def meta_classification_head(
    value: NDArray[np.floating], targets: NDArray[np.floating], rng: np.random.Generator
) -> Prior:
    """Train a classification head on binned labels and adapt it to squared error.

    1. Each target column is cut into at most five bins at its quantiles; ``m_k`` is the mean label of bin k.
    2. Multinomial logistic regression on the standardised value space gives bin probabilities ``p_k(x)`` and so an
       expected label ``e(x) = sum_k p_k(x) m_k``, bounded and curved.
    3. It is linearised: the direction is the gradient of e averaged over the training rows,
       ``g = mean_i sum_k p_k(x_i) (m_k - e(x_i)) w_k``, with ``w_k`` the weights of class k.
    4. One slope and one bias are fitted by least squares to the labels themselves: ``prior(x) = a + b (g @ x)``.

    C is chosen on a held-out fifth by the squared error of that linear map. It follows how documents adapt pretrained
    classification heads; :func:`prle.models.labels.experts.warm_start.meta_linear_regression` optimises squared error
    directly.
    """
    centre, scale = standardisation(np.asarray(value))
    features = (np.asarray(value, np.float64) - centre) * scale
    inside, outside = holdout(len(features), rng)
    weights, biases = [], []
    for labels in np.asarray(targets, np.float64).T:
        errors = []
        for strength in STRENGTHS:
            slope, bias = _linear_map(features[inside], labels[inside], strength)
            errors.append(float(np.mean((features[outside] @ slope + bias - labels[outside]) ** 2)))
        slope, bias = _linear_map(features, labels, STRENGTHS[int(np.argmin(errors))])
        weights.append(slope * scale)
        biases.append(bias - float((slope * scale) @ centre))
    return Prior(weight=np.array(weights, np.float32), bias=np.array(biases, np.float32))


def _linear_map(
    features: NDArray[np.float64], labels: NDArray[np.float64], strength: float
) -> tuple[NDArray[np.float64], float]:
    """Return the linearised and calibrated head: weight (D,) and bias, for labels (N,)."""
    # Imported where it is used: answering loads this family and fits nothing.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    bins = _bins(labels)
    if bins.max() == 0:
        return np.zeros(features.shape[1]), float(labels.mean())
    with warnings.catch_warnings():
        # A head that is not fully converged is as good a start, and is judged on the held-out rows anyway.
        warnings.simplefilter("ignore", ConvergenceWarning)
        head = LogisticRegression(C=strength, max_iter=ROUNDS).fit(features, bins)
    means = np.array([labels[bins == kind].mean() for kind in head.classes_])
    shares = head.predict_proba(features)
    expected = shares @ means
    gradient = np.mean(shares * (means - expected[:, None]), axis=0)
    # Two classes share one weight vector: scikit-learn keeps that of the second, and the first has none.
    classes = head.coef_ if len(means) > 2 else np.concatenate([np.zeros_like(head.coef_), head.coef_])
    direction = gradient @ classes
    along = features @ direction
    spread = along - along.mean()
    size = float(spread @ spread)
    slope = float(spread @ labels) / size if size > 0.0 else 0.0
    return slope * direction, float(labels.mean() - slope * along.mean())


def _bins(labels: NDArray[np.float64]) -> NDArray[np.int64]:
    """Cut labels at their quantiles into classes 0, 1, ... without gaps. *Shape:* (N,)."""
    edges = np.unique(np.quantile(labels, np.arange(1, BINS) / BINS))
    return np.unique(np.searchsorted(edges, labels, side="left"), return_inverse=True)[1].astype(np.int64)
