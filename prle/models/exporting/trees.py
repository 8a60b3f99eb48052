"""Boosted trees as a graph: all trees are walked at once, as many steps down as the deepest one has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.models.exporting import operators
from prle.models.labels.pairing import compose
from prle.models.labels.votes.scores import Expected
from prle.models.labels.votes.scores.fitting import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.models.exporting.tracing import Traced


def trace_trees(arrays: Mapping[str, NDArray[np.generic]], sentences: Traced) -> Expected:
    """Write down :func:`prle.models.labels.votes.scores.trees.summed` of joined columns. *Shape:* (B, S, H)."""
    graph, places, root = sentences.graph, np.asarray(arrays["joined"]), np.asarray(arrays["root"], np.int64)
    together = np.eye(int(places.max()) + 1)[places]
    features = compose(sentences).cast(np.float64) @ graph.constant(together)
    table = {
        name: graph.constant(np.asarray(arrays[name], kind))
        for name, kind in (("feature", np.int64), ("threshold", np.float64), ("left", np.int64), ("right", np.int64))
    }
    zeros = features[:, :1].cast(np.int64) * graph.constant(np.array(0, np.int64))
    node = zeros + graph.constant(root[None, :])
    for _ in range(depth(arrays)):
        cells = operators.take_along_axis(features, operators.take(table["feature"], node, axis=0), axis=1)
        low = cells <= operators.take(table["threshold"], node, axis=0)
        left, right = (operators.take(table[side], node, axis=0) for side in ("left", "right"))
        node = operators.where(low, left, right)
    values = operators.take(graph.constant(np.asarray(arrays["value"], np.float64)), node, axis=0)
    start, columns = np.asarray(arrays["start"], np.float64), np.asarray(arrays["column"], np.int64)
    outputs = values @ graph.constant(np.eye(len(start))[columns]) + graph.constant(start)
    # Scores are kept in single precision, and that is what the place is made of.
    return Expected(score=said(outputs).cast(np.float32).cast(np.float64))


def depth(arrays: Mapping[str, NDArray[np.generic]]) -> int:
    """Return how many steps the deepest tree has."""
    left, right = np.asarray(arrays["left"], np.int64), np.asarray(arrays["right"], np.int64)
    level, steps = np.asarray(arrays["root"], np.int64), 0
    while len(level := level[left[level] != right[level]]):
        level, steps = np.concatenate([left[level], right[level]]), steps + 1
    return steps
