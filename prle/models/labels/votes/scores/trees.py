"""Boosted trees at rest: flat arrays, which are walked for many rows and all trees at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.arrays.shapes import Parameters

WALKS: Final = 2**18
"""So many pairs of a row and a tree are under way at a time."""


def flattened(
    trees: Sequence[NDArray[np.void]], columns: NDArray[np.int32], start: NDArray[np.float64]
) -> dict[str, NDArray[np.generic]]:
    """Put the node tables of scikit-learn's histogram trees one after the other.

    :param columns: which output each tree adds to. *Shape:* (trees,)
    :param start: what outputs are before any tree. *Shape:* (T,)
    :returns: for each node the ``feature`` it looks at, the ``threshold`` up to which a row goes ``left`` and not
        ``right``, and the ``value`` that it says; a leaf leads to itself. *Shape:* (nodes,) each. The ``root`` of each
        tree, and ``column`` and ``start`` as they are given.
    """
    sizes = np.array([len(tree) for tree in trees], np.int64)
    root = np.cumsum(sizes) - sizes
    nodes = np.concatenate(trees)
    here, leaf, first = np.arange(len(nodes)), nodes["is_leaf"].astype(bool), np.repeat(root, sizes)
    return {
        "feature": np.where(leaf, 0, nodes["feature_idx"]).astype(np.int32),
        "threshold": np.where(leaf, 0.0, nodes["num_threshold"]),
        "left": np.where(leaf, here, first + nodes["left"]).astype(np.int32),
        "right": np.where(leaf, here, first + nodes["right"]).astype(np.int32),
        "value": nodes["value"].astype(np.float64),
        "root": root.astype(np.int32),
        "column": columns.astype(np.int32),
        "start": start.astype(np.float64),
    }


def summed(arrays: Parameters, features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add up what all trees say of rows. *Shape:* (B, F) to (B, T)."""
    size = max(1, WALKS // len(arrays["root"]))
    adds = arrays["column"][:, None] == np.arange(len(arrays["start"]))
    blocks = (_values(arrays, features[first : first + size]) for first in range(0, len(features), size))
    sums = np.concatenate([np.empty((0, adds.shape[1])), *(values @ adds for values in blocks)])
    outputs: NDArray[np.float64] = sums + arrays["start"]
    return outputs


def _values(arrays: Parameters, features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each tree says of each row. *Shape:* (B, F) to (B, trees)."""
    feature, threshold, root = arrays["feature"], arrays["threshold"], arrays["root"]
    leaf = arrays["left"] == arrays["right"]
    children = np.stack([arrays["right"], arrays["left"]], axis=1).ravel()
    cells, (rows, width) = features.ravel(), features.shape
    end = np.tile(root, rows)
    walk = np.flatnonzero(~leaf[end])
    node, row = end[walk], walk // len(root) * width
    while len(walk):
        node = children[2 * node + (cells[row + feature[node]] <= threshold[node])]
        end[walk] = node
        on = np.flatnonzero(~leaf[node])
        walk, node, row = walk[on], node[on], row[on]
    values: NDArray[np.float64] = arrays["value"][end].reshape(rows, len(root))
    return values
