"""Gradient-boosted trees for classes: what most people would try first on a table of numbers."""

from __future__ import annotations

from typing import Final, NamedTuple, final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from prle.baselines.boosting import ensemble_bytes
from prle.baselines.features import compose
from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.shares import Classifier, frequencies
from prle.metrics.classes import log_loss


class _Setting(NamedTuple):
    leaves: int
    leaf_rows: int


_SETTINGS: Final = (_Setting(leaves=8, leaf_rows=20), _Setting(leaves=16, leaf_rows=20))
_TREES: Final = 1200
"""Trees of an ensemble at most: each round of boosting needs one for every class, or one where there are two."""
_ROUNDS: Final = 300
_FEATURE_SHARE: Final = 0.3
"""Columns considered at each split, as for numbers."""


@final
class BoostingClassifier(Baseline):
    """Add up small trees, each fitted to what the ones before it left over (scikit-learn's histogram boosting).

    Validation chooses leaves, and after how many rounds to stop. An ensemble has at most 1,200 trees: with many classes
    that is few rounds (15 of 77 classes), taken with longer steps. More would take hours; it is then at a disadvantage.
    Size: the node tables of all its trees.
    """

    name = "boosting"
    seeded = True

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features, checks = compose(train.embeddings), compose(validation.embeddings)
        every = frequencies(train)
        rounds = max(5, min(_ROUNDS, _TREES // (1 if train.classes == 2 else train.classes)))
        step = float(np.clip(6.0 / rounds, 0.05, 0.3))
        candidates = []
        for setting in _SETTINGS:
            rule = Classifier(machine=_ensemble(setting, rounds, step, self.seed), every=every)
            rule.machine.fit(features, train.codes)
            shares = np.zeros((len(checks), train.classes))
            for stop, staged in enumerate(rule.machine.staged_predict_proba(checks), start=1):
                shares[:, rule.machine.classes_] = staged
                candidates.append((log_loss(validation.labels, shares), stop, setting))
        _, stop, setting = min(candidates)
        rule = Classifier(machine=_ensemble(setting, stop, step, self.seed).fit(features, train.codes), every=every)
        choice = {**setting._asdict(), "rounds": stop, "learning_rate": step}
        return Fitted(predict=rule, size_bytes=ensemble_bytes(rule.machine), choice=choice)


def _ensemble(setting: _Setting, rounds: int, step: float, seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        learning_rate=step,
        max_leaf_nodes=setting.leaves,
        min_samples_leaf=setting.leaf_rows,
        max_features=_FEATURE_SHARE,
        l2_regularization=1.0,
        max_iter=rounds,
        early_stopping=False,
        random_state=seed,
    )
