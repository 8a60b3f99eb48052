"""Many trees that each see part of the rows and columns, and vote on the class."""

from __future__ import annotations

from typing import Final, final

from sklearn.ensemble import RandomForestClassifier

from prle.baselines.decision_tree import tree_bytes
from prle.baselines.features import compose
from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.shares import Classifier, frequencies
from prle.metrics.classes import log_loss

_TREES: Final = 300
_LEAF_ROWS: Final = (1, 3, 10)


@final
class RandomForestBaseline(Baseline):
    """Average the leaf classes of 300 trees on bootstrapped rows, the root of the columns looked at for each split.

    Validation chooses the leaf size. Breiman (2001). Size: the node tables and leaf values of all trees.
    """

    name = "random_forest"
    seeded = True

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features, checks = compose(train.embeddings), compose(validation.embeddings)
        every, candidates = frequencies(train), []
        for leaf_rows in _LEAF_ROWS:
            forest = RandomForestClassifier(_TREES, min_samples_leaf=leaf_rows, random_state=self.seed, n_jobs=1)
            rule = Classifier(machine=forest.fit(features, train.codes), every=every, counted=True)
            candidates.append((log_loss(validation.labels, rule.answer(checks)), leaf_rows, rule))
        _, leaf_rows, rule = min(candidates, key=lambda candidate: candidate[0])
        size = sum(tree_bytes(tree) for tree in rule.machine.estimators_)
        return Fitted(predict=rule, size_bytes=size, choice={"trees": _TREES, "leaf_rows": leaf_rows})
