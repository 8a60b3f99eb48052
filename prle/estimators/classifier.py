"""Classes from arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from prle.estimators.estimator import Estimator
from prle.estimators.interface import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@final
class PRLEClassifier(ClassifierMixin, Estimator):  # type: ignore[misc]  # scikit-learn has no types
    """Predict the probabilities of classes from training rows that can be named: by their labels, or by experts.

    Parameters and attributes are those of :class:`prle.estimators.regressor.PRLERegressor`, but for ``prototypes``,
    which has to be a number here, and ``classes_``: the labels that there are, sorted. *Shape:* (T,)
    """

    classifies: ClassVar[bool] = True

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the likeliest class of each row. *Shape:* (N, M) to (N,)."""
        codes = self.predict_proba(X).argmax(axis=1)
        likeliest: NDArray[Any] = self.classes_[codes]
        return likeliest

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of all classes, in the order of ``classes_``. *Shape:* (N, M) to (N, T)."""
        inputs = self._vectors(X)
        return self._predictor.predict(inputs)

    def _read_labels(self, given: NDArray[Any]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
        check_classification_targets(given)
        self.classes_, codes = np.unique(given, return_inverse=True)
        if len(self.classes_) < 2:
            only = self.classes_.tolist()[0]
            message = f"y: expected at least two classes, all {len(given)} rows are of one class, {only!r}."
            raise InputError(message)
        return codes.astype(np.float64), tuple(map(str, self.classes_.tolist()))

    def _as_given(self, labels: NDArray[np.float64]) -> NDArray[Any]:
        given: NDArray[Any] = self.classes_[labels.astype(np.int64)]
        return given
