"""One linear map of all features: the quickest base, which knows no more than directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, final

import numpy as np

from prle.models.labels.experts.logistic_regression import logistic
from prle.models.labels.pairing import compose
from prle.models.labels.retrieval import standardisation
from prle.models.labels.targets import ClassTarget
from prle.models.labels.votes.scores.fitting import codes_of, composed, error, out_of_fold, said
from prle.models.labels.votes.scores.interface import Base, Expected, Learned, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters
    from prle.models.labels.assembly import RowKind
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows

PENALTIES: Final = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Shrinkage per training row, so that the same grid fits small and large tables."""

STRENGTHS: Final = (1e-3, 1e-2, 1e-1, 1.0)
"""Inverse regularisation strengths C, the strongest first. Weaker ones are tried as long as they are better."""


@final
@dataclass(frozen=True, kw_only=True)
class LinearBase(Base):
    """``score = weight @ x + bias``, of classes its softmax, x being the composed features of a row.

    Numbers: ridge regression; training rows get their exact leave-one-out scores, in closed form. Classes: multinomial
    logistic regression; training rows are scored fold by fold. Validation chooses the penalty. It is folded, like the
    scale of the features, into ``weight`` (T, F) and ``bias`` (T,).

    :param folds: how many parts the training rows of classes are dealt into.
    :param seed: of the deal.
    """

    folds: int = 5
    seed: int = 0

    def check(self, kind: RowKind) -> None:
        """Accept any rows."""

    def fit(
        self,
        train: Rows,
        validation: Rows,
        target: Target,
        work: Work,  # noqa: ARG002
    ) -> Learned:
        """Fit on standardised features, and put the map back in terms of the features as they are."""
        features = composed(train)
        centre, scale = standardisation(features)
        rows = (features.astype(np.float64) - centre) * scale
        checks = (composed(validation).astype(np.float64) - centre) * scale
        fitter: _Fitter = self._classes if isinstance(target, ClassTarget) else _numbers
        weight, bias, scores = fitter(rows, train, checks, validation, target)
        weight = weight * scale
        bias = bias - weight @ centre.astype(np.float64)
        arrays = {"weight": weight.astype(np.float32), "bias": bias.astype(np.float32)}
        return Learned(arrays=arrays, train=Expected(score=scores.astype(np.float32)))

    def __call__(self, arrays: Parameters, sentences: Array) -> Expected:
        """Return scores alone. *Shape:* (B, S, H)."""
        return Expected(score=said(compose(sentences) @ arrays["weight"].T + arrays["bias"]))

    def _classes(
        self,
        rows: NDArray[np.float64],
        train: Rows,
        checks: NDArray[np.float64],
        validation: Rows,
        target: Target,
    ) -> _Found:
        """Multinomial logistic regression."""
        codes, width = codes_of(train), target.width
        best, strength, found = np.inf, STRENGTHS[0], (np.zeros((width, rows.shape[1])), np.zeros(width))
        for candidate in STRENGTHS:
            weight, bias = logistic(rows, codes, width, candidate)
            measured = error(target, validation, said(checks @ weight.T + bias))
            if measured >= best:
                break
            best, strength, found = measured, candidate, (weight, bias)

        def score(inside: NDArray[np.int64], outside: NDArray[np.int64]) -> NDArray[np.float64]:
            weight, bias = logistic(rows[inside], codes[inside], width, strength)
            shares: NDArray[np.float64] = said(rows[outside] @ weight.T + bias)
            return shares

        return (*found, out_of_fold((len(rows), width), self.folds, self.seed, score))


_Found = tuple["NDArray[np.float64]", "NDArray[np.float64]", "NDArray[np.floating]"]
"""Weight (T, F), bias (T,) and the scores of the training rows (N, T)."""


class _Fitter(Protocol):
    """Fits standardised features: of training rows (N, F), and of validation rows (V, F), which choose."""

    def __call__(
        self,
        rows: NDArray[np.float64],
        train: Rows,
        checks: NDArray[np.float64],
        validation: Rows,
        target: Target,
        /,
    ) -> _Found: ...


def _numbers(
    rows: NDArray[np.float64], train: Rows, checks: NDArray[np.float64], validation: Rows, target: Target
) -> _Found:
    """Ridge regression with a free bias; one eigendecomposition of the Gram matrix serves all penalties.

    Without row i the fit says ``y_i - (y_i - said_i) / (1 - hat_i)`` of it, exactly, hat being the diagonal of the
    matrix that takes labels to what is said of them.
    """
    labels = target.scaled(train.labels).astype(np.float64)
    centre, middle = rows.mean(axis=0), labels.mean(axis=0)
    centred = rows - centre
    values, vectors = np.linalg.eigh(centred.T @ centred)
    along = centred @ vectors
    pull, ahead = along.T @ (labels - middle), (checks - centre) @ vectors
    spans = [np.maximum(values, 0.0)[:, None] + penalty * len(rows) for penalty in PENALTIES]
    errors = [error(target, validation, ahead @ (pull / span) + middle) for span in spans]
    span = spans[int(np.argmin(errors))]
    hat = 1.0 / len(rows) + (along * along) @ (1.0 / span)
    residual = labels - (along @ (pull / span) + middle)
    weight = (vectors @ (pull / span)).T
    left_out = labels - residual / np.maximum(1.0 - hat, np.finfo(np.float64).eps)
    return weight, middle - weight @ centre, left_out
