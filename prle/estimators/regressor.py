"""Numbers from arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np
from sklearn.base import RegressorMixin

from prle.estimators.estimator import Estimator

if TYPE_CHECKING:
    from numpy.typing import NDArray


@final
class PRLERegressor(RegressorMixin, Estimator):  # type: ignore[misc]  # scikit-learn has no types
    """Predict a number from training rows that can be named: by their labels, or by experts that they own.

    Parameters are named as in the configuration of a fit; ``docs/library.md`` says more.

    :param voters: whose labels make a prediction: ``examples``, the training rows near an input; ``prototypes``, the
        anchors alone; ``none``: the routed sum of local experts.
    :param base: what expects something of a row before anybody votes; ``auto``: validation chooses.
    :param prototypes: how many training rows own an expert, or have others filed under them; fewer where there are
        fewer; ``"auto"`` looks.
    :param router: who talks.
    :param projection: the space that experts read; ``auto`` tries a few on the validation rows.
    :param experts: the local models.
    :param epochs: at most; a fit stops early.
    :param committee: members on the same prototypes, averaged.
    :param numeric: how columns of a table become features: ``piecewise``, ``standard`` or ``quantile``, measured on
        training rows. None for vectors that an encoder made: they stay as they are, and ``auto`` settings mean what
        they mean for texts.
    :param validation_fraction: of the rows given to ``fit``, held back to choose the best epoch by.
    :param settings: any other setting by its dotted key, e.g. ``{"router.temperature": 5.0}``.
    :param random_state: the seed of everything random, or what it is drawn from.

    After fitting: ``anchors_``, the row of ``X`` that each prototype stands on, *Shape:* (P,); ``validation_``, figures
    on the rows held back; ``history_``, a record an epoch; ``config_``, the settled settings; ``n_features_in_`` and
    ``feature_names_in_`` as everywhere in scikit-learn.
    """

    classifies: ClassVar[bool] = False

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return predictions in label units. *Shape:* (N, M) to (N,)."""
        inputs = self._vectors(X)
        return self._predictor.predict(inputs)

    def _read_labels(self, given: NDArray[Any]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
        return np.asarray(given, np.float64), ()

    def _as_given(self, labels: NDArray[np.float64]) -> NDArray[Any]:
        return labels
