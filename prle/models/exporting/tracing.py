"""The forward pass, written down while it runs: an array-API engine whose arrays are values of an ONNX graph.

Routers, projections, experts and maps are written once against the array-API standard. Run with these arrays, they
leave an ONNX graph behind, so an exported model is the fitted one and not a second version of it. Only the functions
that they use are here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

OPSET: Final = 18
"""The first in which every reduction takes its axes as an input; widely supported."""

IR_VERSION: Final = 8

ROWS: Final = -1
"""Stands for the number of rows, which a graph does not know."""

Shape: TypeAlias = "tuple[int, ...]"


@final
class Graph:
    """An ONNX graph in the making.

    :param functions: what its values know of the array-API standard.
    """

    def __init__(self, functions: Any) -> None:
        self.functions = functions
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._rows = ""

    def input(self, name: str, dtype: type[np.generic], shape: Shape) -> Traced:
        """Return a new input; its first axis is the rows, whatever their number."""
        self._inputs.append(_value(name, np.dtype(dtype), shape))
        given = Traced(self, name, shape, np.dtype(dtype))
        if not self._rows:
            self._rows = self.add("Shape", [name], end=1)
        return given

    def constant(self, array: NDArray[Any] | float) -> Traced:
        """Keep an array, or a number, in the graph."""
        from onnx import numpy_helper

        value = np.ascontiguousarray(array).reshape(np.shape(array))
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(value, name))
        return Traced(self, name, value.shape, value.dtype)

    def output(self, name: str, value: Traced) -> None:
        """Give a value away under a name."""
        self.add("Identity", [value.name], name=name)
        self._outputs.append(_value(name, value.dtype, value.shape))

    def add(self, kind: str, inputs: Sequence[str], *, name: str = "", unread: int = 0, **attributes: Any) -> str:
        """Add a node, and return the name of what it gives.

        :param unread: outputs before that one which nobody reads.
        """
        from onnx import helper

        output = name or f"v{len(self._nodes)}"
        passed_over = [f"{output}_unread_{place}" for place in range(unread)]
        self._nodes.append(helper.make_node(kind, list(inputs), [*passed_over, output], **attributes))
        return output

    def whole(self, numbers: Sequence[int]) -> str:
        """Return the name of a constant of whole numbers, in which ``ROWS`` is the number of rows."""
        if ROWS not in numbers:
            return self.constant(np.array(numbers, np.int64)).name
        at = list(numbers).index(ROWS)
        parts = [self._rows]
        for place, rest in ((0, numbers[:at]), (2, numbers[at + 1 :])):
            if rest:
                parts.insert(place, self.constant(np.array(rest, np.int64)).name)
        return self.add("Concat", parts, axis=0)

    def bytes(self, *, about: str, properties: dict[str, str]) -> bytes:
        """Return the model as a file has it.

        :param about: what it is, in a sentence.
        :param properties: what else there is to say of it, by name.
        """
        from onnx import checker, helper

        read = {name for node in self._nodes for name in node.input}
        constants = [constant for constant in self._constants if constant.name in read]
        graph = helper.make_graph(self._nodes, "prle", self._inputs, self._outputs, constants)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="prle"
        )
        model.doc_string = about
        helper.set_model_props(model, properties)
        checker.check_model(model)
        data: bytes = model.SerializeToString()
        return data


@final
class Traced:
    """A value of the graph that behaves as an array.

    :param shape: with ``ROWS`` for the number of rows.
    """

    __array_ufunc__ = None  # NumPy leaves what it has in common with such a value to the value.

    def __init__(self, graph: Graph, name: str, shape: Shape, dtype: np.dtype[Any]) -> None:
        self.graph, self.name, self.shape, self.dtype = graph, name, shape, dtype

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """Return the functions that such values know."""
        return self.graph.functions

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def T(self) -> Traced:  # noqa: N802
        """The transposed matrix."""
        return self.permuted((1, 0))

    def permuted(self, axes: Shape) -> Traced:
        """Return the value with its axes in another order."""
        return self.node("Transpose", tuple(self.shape[axis] for axis in axes), perm=list(axes))

    def cast(self, dtype: type[np.generic] | np.dtype[Any]) -> Traced:
        """Return the value as another type of number."""
        from onnx import helper

        kind = np.dtype(dtype)
        if kind == self.dtype:
            return self
        return self.node("Cast", self.shape, dtype=kind, to=helper.np_dtype_to_tensor_dtype(kind))

    def node(self, kind: str, shape: Shape, *inputs: str, dtype: np.dtype[Any] | None = None, **more: Any) -> Traced:
        """Return what a node makes of the value and of other inputs."""
        return Traced(self.graph, self.graph.add(kind, [self.name, *inputs], **more), shape, dtype or self.dtype)

    def lifted(self, other: Any) -> Traced:
        """Return ``other`` as a value of this graph, numbers of the type of this one."""
        if isinstance(other, Traced):
            return other
        array = np.asarray(other)
        return self.graph.constant(array if array.dtype == np.bool_ else array.astype(self.dtype))

    def _with(self, kind: str, other: Any, *, swapped: bool = False, dtype: np.dtype[Any] | None = None) -> Traced:
        first, second = (self.lifted(other), self) if swapped else (self, self.lifted(other))
        return first.node(kind, broadcast(first.shape, second.shape), second.name, dtype=dtype)

    def __add__(self, other: Any) -> Traced:
        return self._with("Add", other)

    def __radd__(self, other: Any) -> Traced:
        return self._with("Add", other, swapped=True)

    def __sub__(self, other: Any) -> Traced:
        return self._with("Sub", other)

    def __rsub__(self, other: Any) -> Traced:
        return self._with("Sub", other, swapped=True)

    def __mul__(self, other: Any) -> Traced:
        return self._with("Mul", other)

    def __rmul__(self, other: Any) -> Traced:
        return self._with("Mul", other, swapped=True)

    def __truediv__(self, other: Any) -> Traced:
        return self._with("Div", other)

    def __rtruediv__(self, other: Any) -> Traced:
        return self._with("Div", other, swapped=True)

    def __neg__(self) -> Traced:
        return self.node("Neg", self.shape)

    def __lt__(self, other: Any) -> Traced:
        return self._with("Less", other, dtype=np.dtype(bool))

    def __le__(self, other: Any) -> Traced:
        return self._with("LessOrEqual", other, dtype=np.dtype(bool))

    def __ge__(self, other: Any) -> Traced:
        return self._with("GreaterOrEqual", other, dtype=np.dtype(bool))

    def __or__(self, other: Any) -> Traced:
        return self._with("Or", other)

    def __matmul__(self, other: Any) -> Traced:
        return product(self, self.lifted(other))

    def __rmatmul__(self, other: Any) -> Traced:
        return product(self.lifted(other), self)

    def __getitem__(self, key: Any) -> Traced:
        """Take whole axes, one place of an axis, or the first places of one, and add axes."""
        value, axis = self, 0
        for step in key if isinstance(key, tuple) else (key,):
            if step is None:
                shape = (*value.shape[:axis], 1, *value.shape[axis:])
                value = value.node("Unsqueeze", shape, value.graph.whole([axis]))
            elif isinstance(step, int):
                shape = (*value.shape[:axis], *value.shape[axis + 1 :])
                value = value.node("Gather", shape, value.graph.constant(np.array(step, np.int64)).name, axis=axis)
                continue
            elif step != slice(None):
                value = _sliced(value, axis, step)
            axis += 1
        return value


def product(first: Traced, second: Traced) -> Traced:
    """Return the matrix product of two values, a vector being a row or a column."""
    if first.ndim == 1:
        return product(first[None, :], second)[0]
    if second.ndim == 1:
        # Of a column first: ONNX leaves the axis out itself.
        return first.node("MatMul", first.shape[:-1], second.name)
    batch = broadcast(first.shape[:-2], second.shape[:-2])
    return first.node("MatMul", (*batch, first.shape[-2], second.shape[-1]), second.name)


def broadcast(first: Shape, second: Shape) -> Shape:
    """Return the shape of what two values of these shapes have in common."""
    longest = max(len(first), len(second))
    pairs = zip((1,) * (longest - len(first)) + first, (1,) * (longest - len(second)) + second, strict=True)
    return tuple(b if a == 1 else a for a, b in pairs)


def _sliced(value: Traced, axis: int, step: slice) -> Traced:
    """Return the places of an axis that a slice names."""
    start, stop, stride = step.indices(value.shape[axis])
    shape = (*value.shape[:axis], len(range(start, stop, stride)), *value.shape[axis + 1 :])
    names = [value.graph.whole([number]) for number in (start, stop, axis, stride)]
    return value.node("Slice", shape, *names)


def _value(name: str, dtype: np.dtype[Any], shape: Shape) -> Any:
    """Describe an input or an output."""
    from onnx import helper

    axes = ["rows" if length == ROWS else length for length in shape]
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(dtype), axes)
