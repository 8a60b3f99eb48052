"""The other method that people call interpretable, for classes: one tree of yes-or-no questions about columns."""

from __future__ import annotations

from itertools import product
from typing import Final, final

from sklearn.tree import DecisionTreeClassifier as Tree

from prle.baselines.decision_tree import tree_bytes
from prle.baselines.features import compose
from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.shares import Classifier, frequencies
from prle.metrics.classes import log_loss

_DEPTHS: Final = (4, 6, 8, 12, 16)
_LEAF_ROWS: Final = (5, 10, 40)


@final
class DecisionTreeClassifier(Baseline):
    """Split on one feature at a time, predict the classes of the leaf; validation chooses depth and leaf size.

    Scale does not matter to a tree, so the columns are raw. Size: scikit-learn's node table and leaf values.
    """

    name = "decision_tree"

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features, checks = compose(train.embeddings), compose(validation.embeddings)
        every, candidates = frequencies(train), []
        for depth, leaf_rows in product(_DEPTHS, _LEAF_ROWS):
            tree = Tree(max_depth=depth, min_samples_leaf=leaf_rows, random_state=0).fit(features, train.codes)
            rule = Classifier(machine=tree, every=every, counted=True)
            choice = {"depth": depth, "leaf_rows": leaf_rows}
            candidates.append((log_loss(validation.labels, rule.answer(checks)), choice, rule))
        _, choice, rule = min(candidates, key=lambda candidate: candidate[0])
        return Fitted(predict=rule, size_bytes=tree_bytes(rule.machine), choice=choice)
