"""The functions of the array-API standard that the forward pass uses, for values of an ONNX graph."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from prle.models.exporting.tracing import ROWS, Graph, Traced, broadcast, product

if TYPE_CHECKING:
    from collections.abc import Sequence

inf = math.inf


def new_graph() -> Graph:
    """Return an empty graph, whose values know these functions."""
    return Graph(sys.modules[__name__])


def exp(x: Traced) -> Traced:
    """Exponential of each number."""
    return x.node("Exp", x.shape)


def log(x: Traced) -> Traced:
    """Natural logarithm of each number."""
    return x.node("Log", x.shape)


def sqrt(x: Traced) -> Traced:
    """Square root of each number."""
    return x.node("Sqrt", x.shape)


def cos(x: Traced) -> Traced:
    """Cosine of each number."""
    return x.node("Cos", x.shape)


def tanh(x: Traced) -> Traced:
    """Hyperbolic tangent of each number."""
    return x.node("Tanh", x.shape)


def abs(x: Traced) -> Traced:  # noqa: A001
    """Size of each number."""
    return x.node("Abs", x.shape)


def clip(x: Traced, min: float) -> Traced:  # noqa: A002
    """Raise what lies below a bound to it."""
    return x.node("Clip", x.shape, x.lifted(min).name)


def sum(x: Traced, axis: int, *, keepdims: bool = False) -> Traced:  # noqa: A001
    """Sum along an axis."""
    return _reduced("ReduceSum", x, axis, keepdims)


def mean(x: Traced, axis: int, *, keepdims: bool = False) -> Traced:
    """Mean along an axis."""
    return _reduced("ReduceMean", x, axis, keepdims)


def max(x: Traced, axis: int, *, keepdims: bool = False) -> Traced:  # noqa: A001
    """Largest along an axis."""
    return _reduced("ReduceMax", x, axis, keepdims)


def min(x: Traced, axis: int, *, keepdims: bool = False) -> Traced:  # noqa: A001
    """Smallest along an axis."""
    return _reduced("ReduceMin", x, axis, keepdims)


def matmul(x: Traced, y: Traced) -> Traced:
    """Matrix product over the last two axes."""
    return product(x, x.lifted(y))


def concat(arrays: Sequence[Traced], axis: int = 0) -> Traced:
    """Put arrays one after the other along an axis."""
    first = arrays[0]
    axis %= first.ndim
    length = int(np.sum([each.shape[axis] for each in arrays]))
    shape = (*first.shape[:axis], length, *first.shape[axis + 1 :])
    return first.node("Concat", shape, *(each.name for each in arrays[1:]), axis=axis)


def permute_dims(x: Traced, axes: tuple[int, ...]) -> Traced:
    """Put axes in another order."""
    return x.permuted(axes)


def reshape(x: Traced, shape: tuple[int, ...]) -> Traced:
    """Give the same numbers another shape; an axis with some multiple of the rows is as long as it has to be."""
    lengths = [ROWS if length < 0 else length for length in shape]
    return x.node("Reshape", tuple(lengths), x.graph.constant(np.array(lengths, np.int64)).name)


def broadcast_to(x: Traced, shape: tuple[int, ...]) -> Traced:
    """Repeat an array along axes of length one."""
    return x.node("Expand", shape, x.graph.whole(shape))


def where(condition: Traced, x: Any, y: Any) -> Traced:
    """Choose between two arrays, number by number."""
    known = x if isinstance(x, Traced) else y
    first, second = known.lifted(x), known.lifted(y)
    shape = broadcast(condition.shape, broadcast(first.shape, second.shape))
    return condition.node("Where", shape, first.name, second.name, dtype=first.dtype)


def argsort(x: Traced, axis: int = -1, *, stable: bool = True) -> Traced:  # noqa: ARG001
    """Places of the numbers along an axis, the smallest first, and of equal ones the first first."""
    axis %= x.ndim
    count = x.graph.whole([x.shape[axis]])
    return x.node("TopK", x.shape, count, dtype=np.dtype(np.int64), unread=1, axis=axis, largest=0, sorted=1)


def smallest(x: Traced, count: int) -> Traced:
    """Places of as many numbers along the last axis, the smallest first, and of equal ones the first first."""
    shape = (*x.shape[:-1], count)
    return x.node("TopK", shape, x.graph.whole([count]), dtype=np.dtype(np.int64), unread=1, largest=0, sorted=1)


def take_along_axis(x: Traced, indices: Traced, axis: int) -> Traced:
    """Gather, for each row, places of its own."""
    return x.node("GatherElements", indices.shape, indices.name, axis=axis)


def put_along_axis(x: Traced, indices: Traced, values: Traced, axis: int) -> Traced:
    """Return an array with other numbers at places of each row."""
    return x.node("ScatterElements", x.shape, indices.name, values.name, axis=axis)


def astype(x: Traced, dtype: Any) -> Traced:
    """Give numbers another type."""
    return x.cast(dtype)


def take(x: Traced, indices: Any, axis: int) -> Traced:
    """Gather places of an axis."""
    places = indices if isinstance(indices, Traced) else x.graph.constant(np.asarray(indices, np.int64))
    shape = (*x.shape[:axis], *places.shape, *x.shape[axis + 1 :])
    return x.node("Gather", shape, places.name, axis=axis)


def zeros_like(x: Traced) -> Traced:
    """Zeros of the shape of another array."""
    return x * 0.0


def ones_like(x: Traced) -> Traced:
    """Ones of the shape of another array."""
    return x * 0.0 + 1.0


def _reduced(kind: str, x: Traced, axis: int, keepdims: bool) -> Traced:
    axis %= x.ndim
    kept = (1,) if keepdims else ()
    shape = (*x.shape[:axis], *kept, *x.shape[axis + 1 :])
    return x.node(kind, shape, x.graph.whole([axis]), keepdims=int(keepdims))
