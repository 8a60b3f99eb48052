"""Models of sentence-transformers of the BERT family, computed by OpenVINO: for processors, where torch is slower."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, final

import numpy as np

from prle.encoders.converted.graph import IDS, MASK, UnsupportedModelError, read_shape, write_graph
from prle.encoders.pretrained.device import CPU
from prle.encoders.pretrained.sentence_transformer import SentenceTransformerEncoder
from prle.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.encoders.interface import Precision
    from prle.encoders.pretrained.encoder import Computing

_HINTS: Final[Mapping[Precision, str]] = {"fp32": "f32", "bf16": "bf16", "fp16": "f16"}
_CAPABILITIES: Final[Mapping[Precision, str]] = {"fp32": "FP32", "bf16": "BF16", "fp16": "FP16"}
"""What OpenVINO calls them, as a wish and as something that a processor can do."""


@final
class OpenVinoEncoder(SentenceTransformerEncoder):
    """The same model, tokenizer and batches; the network is that of :mod:`prle.encoders.converted.graph`, compiled.

    torch's network stays beside it as what its vectors are compared with.
    """

    backend: ClassVar[str] = "openvino"

    _graph: Any = None

    def _find_devices(self) -> tuple[str, ...]:
        if self._device not in ("auto", CPU):
            message = f"device {self._device}: expected {CPU} with OpenVINO."
            raise UsageError(message, hint="leave out --device, or --backend openvino")
        core = _openvino().Core()
        able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        if _CAPABILITIES[self._precision] not in able:
            message = f"precision {self._precision}: expected a processor that computes in it; this one does not."
            raise UsageError(message, hint="leave out --precision")
        return (CPU,)

    def _load(self, folder: str, device: str) -> Any:
        model = super()._load(folder, device)
        self._graph = _compiled(Path(folder), self._precision)
        return model

    def _computing(self) -> Computing:
        """Give what turns texts into vectors: the graph, which was compiled for the encoder's precision."""
        return nullcontext(partial(self._means, self._graph.create_infer_request()))

    def _means(self, request: Any, texts: list[str]) -> NDArray[np.float32]:
        """Return the mean state of each text. *Shape:* (len(texts), H)."""
        limit = self._token_limit(self._model)
        read = self._tokenizer(self._model)(
            texts, padding=True, truncation=True, max_length=limit, return_tensors="np", verbose=False
        )
        inputs = {name: read[name].astype(np.int64) for name in (IDS, MASK)}
        means: NDArray[np.float32] = np.array(request.infer(inputs)[0])
        return means


def _compiled(folder: Path, precision: Precision) -> Any:
    """Return the graph of a folder, ready to compute.

    :raises UsageError: where the model has no such graph.
    """
    import torch

    try:
        shape = read_shape(folder)
        with tempfile.TemporaryDirectory(prefix="prle-") as name:
            graph, weights = Path(name) / "encoder.onnx", Path(name) / "weights.bin"
            write_graph(folder, shape, graph=graph, weights=weights, location=weights.name)
            # Read, not mapped: the files are gone in a moment.
            return (
                _openvino()
                .Core()
                .compile_model(
                    graph,
                    "CPU",
                    {
                        "INFERENCE_PRECISION_HINT": _HINTS[precision],
                        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
                        "NUM_STREAMS": 1,
                        "ENABLE_MMAP": False,
                    },
                )
            )
    except UnsupportedModelError as error:
        message = f"backend openvino: this model has no graph for it ({error.message})."
        raise UsageError(message, hint="leave out --backend") from None


def _openvino() -> Any:
    """Return the library.

    :raises UsageError: where it is not installed.
    """
    try:
        import openvino
    except ImportError:
        message = "backend openvino: expected the package openvino, which is not installed."
        raise UsageError(message, hint="pip install 'prle[openvino]', or leave out --backend") from None
    return openvino
