"""A sentence-transformers folder of the BERT family as an ONNX graph, built from its files, without torch.

The graph is the encoder of Devlin et al. (2019) and the mean of its last states over the tokens that are not padding,
in standard operators. Weights lie beside it as raw bytes that ONNX Runtime maps instead of reading.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from prle.errors import PrleError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

IDS: Final = "input_ids"
MASK: Final = "attention_mask"
VECTORS: Final = "vectors"

OPSET: Final = 20
"""The first with ``Gelu``."""
IR_VERSION: Final = 10

_PAGE: Final = 4096
"""Weights begin on a page, as a mapped file needs them."""
_SMALL: Final = 1024
"""Bytes below which a constant stays in the graph."""
_FLOAT: Final = 1
"""``onnx.TensorProto.FLOAT``."""
_MASKED: Final = float(np.finfo(np.float32).min)


class UnsupportedModelError(PrleError):
    """A model that has no ONNX form here; its message is the reason, to be put into a sentence."""


@dataclass(frozen=True, kw_only=True)
class BertShape:
    """The sizes of a BERT encoder.

    :param width: H, of a token and of the vector.
    :param epsilon: what keeps layer normalisation from dividing by zero.
    """

    width: int
    layers: int
    heads: int
    epsilon: float


def read_shape(folder: Path) -> BertShape:
    """Return the sizes of the model in ``folder``.

    :raises UnsupportedModelError: where it is more, or something else, than a BERT with a mean over its tokens.
    """
    _require_modules(folder)
    config = _read(folder / "config.json")
    expected: dict[str, Any] = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
    expected |= {"is_decoder": False, "add_cross_attention": False}
    defaults = {key: value for key, value in expected.items() if key != "model_type"}
    for key, value in expected.items():
        if (found := config.get(key, defaults.get(key))) != value:
            message = f"{key} is {found}, expected {value}"
            raise UnsupportedModelError(message)
    return BertShape(
        width=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        epsilon=config.get("layer_norm_eps", 1e-12),
    )


def write_graph(folder: Path, shape: BertShape, *, graph: Path, weights: Path, location: str) -> None:
    """Write the graph of the model in ``folder``, and its weights.

    It maps ``input_ids`` and ``attention_mask``, (B, L) integers, to ``vectors``, (B, H) float32 of any length.

    :param location: the name that the file of weights will have beside the graph.
    :raises UnsupportedModelError: where a weight is missing or of another type.
    :raises OSError: when they cannot be written.
    """
    import onnx

    with weights.open("wb") as stream:
        builder = _Builder(_Weights(folder), stream, location)
        builder.encoder(shape)
        made = onnx.helper.make_graph(
            builder.nodes,
            "prle-bert",
            [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.INT64, ["B", "L"]) for name in (IDS, MASK)],
            [onnx.helper.make_tensor_value_info(VECTORS, _FLOAT, ["B", shape.width])],
            builder.constants,
        )
    model = onnx.helper.make_model(
        made, opset_imports=[onnx.helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="prle"
    )
    graph.write_bytes(model.SerializeToString())


def _require_modules(folder: Path) -> None:
    """Refuse other modules than a transformer, a mean over its tokens and, perhaps, a division by the length."""
    modules = _read(folder / "modules.json")
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]) or modules[0]["path"]:
        message = f"its modules are {', '.join(kinds)}"
        raise UnsupportedModelError(message)
    pooling = _read(folder / modules[1]["path"] / "config.json")
    modes = pooling.get("pooling_mode", [key for key, on in pooling.items() if key.startswith("pooling_mode_") and on])
    if modes not in ("mean", ["mean"], ["pooling_mode_mean_tokens"]):
        message = f"its pooling is {modes}, expected the mean"
        raise UnsupportedModelError(message)
    settings = folder / "config_sentence_transformers.json"
    if settings.is_file() and _read(settings).get("default_prompt_name"):
        message = "it puts a prompt before every text"
        raise UnsupportedModelError(message)


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _only_file(folder: Path) -> Any:
    from safetensors import safe_open

    files = sorted(folder.glob("*.safetensors"))
    if len(files) != 1:
        message = f"its weights are in {len(files)} files"
        raise UnsupportedModelError(message)
    return safe_open(files[0], framework="numpy")


@final
class _Weights:
    """The arrays of a folder's one safetensors file, with or without the prefix that a language model puts there."""

    def __init__(self, folder: Path) -> None:
        self._file = _only_file(folder)
        self._names = frozenset(self._file.keys())
        self._prefix = "bert." if "bert.embeddings.word_embeddings.weight" in self._names else ""

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        name = self._prefix + name
        if name not in self._names:
            message = f"it has no weight {name}"
            raise UnsupportedModelError(message)
        # Asked of the header: NumPy has no bfloat16 to read into.
        if (kind := self._file.get_slice(name).get_dtype()) != "F32":
            message = f"its weights are {kind}, expected F32"
            raise UnsupportedModelError(message)
        array: NDArray[np.float32] = self._file.get_tensor(name)
        return array


@final
class _Builder:
    """Collects nodes and constants; every method returns the name of what it computes."""

    def __init__(self, weights: _Weights, stream: Any, location: str) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._weights = weights
        self._stream = stream
        self._location = location

    def encoder(self, shape: BertShape) -> None:
        """Token ids and their mask to one vector a text."""
        head = shape.width // shape.heads
        fixed: Mapping[str, Any] = {
            "split": np.array([0, 0, shape.heads, head], np.int64),
            "merge": np.array([0, 0, shape.width], np.int64),
            "scale": np.array(head**-0.5, np.float32),
            "one": np.array(1.0, np.float32),
            "masked": np.array(_MASKED, np.float32),
            "first": np.array([0], np.int64),
            "second": np.array([1], np.int64),
            "third": np.array([2], np.int64),
            "heads": np.array([1, 2], np.int64),
        }
        for name, value in fixed.items():
            self._constant(name, value)
        real = self._node("Cast", MASK, to=_FLOAT)
        hidden = self._node("Mul", self._node("Sub", "one", real), "masked")
        bias = self._node("Unsqueeze", hidden, "heads")
        states = self._embeddings(shape)
        for layer in range(shape.layers):
            states = self._layer(f"encoder.layer.{layer}", states, bias, shape)
        kept = self._node("Mul", states, self._node("Unsqueeze", real, "third"))
        total = self._node("ReduceSum", kept, "second", keepdims=0)
        self._node("Div", total, self._node("ReduceSum", real, "second", keepdims=1), output=VECTORS)

    def _embeddings(self, shape: BertShape) -> str:
        """Word, position and token type; one text has a single type, which is added to the positions at once."""
        place = "embeddings.{}_embeddings.weight".format
        positions = self._weights[place("position")] + self._weights[place("token_type")][0]
        length = self._node("Slice", self._node("Shape", IDS), "second", "third")
        words = self._node("Gather", self._constant("words", self._weights[place("word")]), IDS)
        placed = self._node("Slice", self._constant("positions", positions), "first", length)
        return self._normalised("embeddings.LayerNorm", self._node("Add", words, placed), shape)

    def _layer(self, name: str, states: str, bias: str, shape: BertShape) -> str:
        """Attention and a hidden layer, each added to what came in and normalised."""
        attended = self._attention(f"{name}.attention.self", states, bias)
        added = self._node("Add", states, self._linear(f"{name}.attention.output.dense", attended))
        states = self._normalised(f"{name}.attention.output.LayerNorm", added, shape)
        raised = self._node("Gelu", self._linear(f"{name}.intermediate.dense", states))
        added = self._node("Add", states, self._linear(f"{name}.output.dense", raised))
        return self._normalised(f"{name}.output.LayerNorm", added, shape)

    def _attention(self, name: str, states: str, bias: str) -> str:
        """``softmax(q k / sqrt(head) + bias) v`` in every head."""
        query, key, value = (
            self._node("Transpose", self._node("Reshape", self._linear(f"{name}.{part}", states), "split"), perm=order)
            for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3]))
        )
        scores = self._node("Mul", self._node("MatMul", query, key), "scale")
        shares = self._node("Softmax", self._node("Add", scores, bias), axis=-1)
        mixed = self._node("Transpose", self._node("MatMul", shares, value), perm=[0, 2, 1, 3])
        return self._node("Reshape", mixed, "merge")

    def _linear(self, name: str, states: str) -> str:
        weight = self._constant(f"{name}.weight", self._weights[f"{name}.weight"].T)
        return self._node("Add", self._node("MatMul", states, weight), self._named(f"{name}.bias"))

    def _normalised(self, name: str, states: str, shape: BertShape) -> str:
        scale, shift = self._named(f"{name}.weight"), self._named(f"{name}.bias")
        return self._node("LayerNormalization", states, scale, shift, epsilon=shape.epsilon)

    def _named(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _node(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        """Keep an array: in the graph where it is small, else on a page of its own in the file of weights."""
        from onnx import TensorProto, helper, numpy_helper

        array = np.ascontiguousarray(value).reshape(value.shape)
        if array.nbytes < _SMALL:
            self.constants.append(numpy_helper.from_array(array, name))
            return name
        self._stream.write(bytes(-self._stream.tell() % _PAGE))
        kept = {"location": self._location, "offset": self._stream.tell(), "length": array.nbytes}
        self._stream.write(array.astype("<f4", copy=False).data)
        tensor = TensorProto(name=name, data_type=helper.np_dtype_to_tensor_dtype(array.dtype), dims=array.shape)
        tensor.data_location = TensorProto.EXTERNAL
        for key, entry in kept.items():
            tensor.external_data.add(key=key, value=str(entry))
        self.constants.append(tensor)
        return name
