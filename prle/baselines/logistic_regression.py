"""One linear map to the log-odds of classes: what has to be beaten before local experts mean anything."""

from __future__ import annotations

import warnings
from typing import Final, final

from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from prle.baselines.features import Columns, compose
from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.shares import Classifier, frequencies
from prle.metrics.classes import log_loss

_STRENGTHS: Final = (1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
"""Inverse regularisation strengths C, on standardised columns."""
_ROUNDS: Final = 300


@final
class LogisticRegressionBaseline(Baseline):
    """Multinomial logistic regression with an L2 penalty over standardised columns; validation chooses its strength.

    Size: coefficients, intercepts and the column scales.
    """

    name = "logistic_regression"

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features = compose(train.embeddings)
        columns, every = Columns.of(features), frequencies(train)
        rows, checks = columns(features), columns(compose(validation.embeddings))
        candidates = []
        for strength in _STRENGTHS:
            with warnings.catch_warnings():
                # Stopping early regularises too, and validation judges what came of it.
                warnings.simplefilter("ignore", ConvergenceWarning)
                machine = LogisticRegression(C=strength, max_iter=_ROUNDS).fit(rows, train.codes)
            rule = Classifier(machine=machine, every=every, columns=columns)
            candidates.append((log_loss(validation.labels, rule.answer(checks)), strength, rule))
        _, strength, rule = min(candidates, key=lambda candidate: candidate[0])
        size = rule.machine.coef_.nbytes + rule.machine.intercept_.nbytes + columns.nbytes
        return Fitted(predict=rule, size_bytes=size, choice={"strength": strength})
