"""The other method that people call interpretable: one tree of yes-or-no questions about columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, final

import numpy as np
from sklearn.tree import BaseDecisionTree, DecisionTreeRegressor

from prle.baselines.features import compose
from prle.baselines.interface import Baseline, Fitted, Table
from prle.metrics.numbers import rmse

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DEPTHS: Final = (3, 4, 5, 6, 8)
_LEAF_ROWS: Final = (10, 40)


@final
class DecisionTreeBaseline(Baseline):
    """Split on one feature at a time, predict the mean label of the leaf; validation chooses depth and leaf size.

    Scale does not matter to a tree, so the columns are raw. Size: scikit-learn's node table and leaf values.
    """

    name = "decision_tree"

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features, checks = compose(train.embeddings), compose(validation.embeddings)
        best, choice, tree = np.inf, dict[str, float](), None
        for depth, leaf_rows in product(_DEPTHS, _LEAF_ROWS):
            candidate = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=leaf_rows, random_state=0)
            candidate.fit(features, train.labels)
            if (error := rmse(validation.labels, candidate.predict(checks))) < best:
                best, choice, tree = error, {"depth": depth, "leaf_rows": leaf_rows}, candidate
        return Fitted(predict=_Tree(tree=tree), size_bytes=tree_bytes(tree), choice=choice)


@final
@dataclass(frozen=True, kw_only=True)
class _Tree:
    tree: DecisionTreeRegressor

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(self.tree.predict(compose(embeddings)), dtype=np.float64)


def tree_bytes(tree: BaseDecisionTree) -> int:
    """Return the bytes of the arrays in the tree's own state."""
    state = tree.tree_.__getstate__()
    return int(state["nodes"].nbytes + state["values"].nbytes)
