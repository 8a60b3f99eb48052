"""A converted encoder: tokenizers and ONNX Runtime, and nothing else of the model libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from prle.encoders.converted.graph import IDS, MASK, VECTORS
from prle.encoders.interface import Encoder
from prle.encoders.vectors import unit_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.encoders.interface import EncoderRecord
    from prle.observer import Observer

_BATCH: Final = 32
_ERRORS_ONLY: Final = 3


@final
class OnnxEncoder(Encoder):
    """What a graph of :mod:`prle.encoders.converted.graph` says of texts. It is loaded at once.

    :param record: of the original, whose vectors these are.
    :param graph: the graph, with its weights beside it.
    :param tokenizer: the original's tokenizer as JSON.
    :param limit: tokens of a text that are read.
    :param threads: that one text is computed with; 0 for as many as there are cores.
    :param observer: told once where texts are longer than that.
    :raises Exception: of either library, when it cannot read its file.
    """

    def __init__(
        self, *, record: EncoderRecord, graph: Path, tokenizer: Path, limit: int, threads: int, observer: Observer
    ) -> None:
        from tokenizers import Tokenizer

        self._record = record
        self._limit = limit
        self._observer = observer
        self._told_of_length = False
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(limit)
        self._session = _session(graph, threads)

    @property
    def record(self) -> EncoderRecord:
        """That of the original."""
        return self._record

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text. *Shape:* (len(texts), record.width), float32."""
        encodings = self._tokenizer.encode_batch(list(texts))
        self._tell_of_length(encodings)
        tokens = [encoding.ids for encoding in encodings]
        vectors = np.zeros((len(texts), self._record.width), np.float32)
        # Texts of a length together: the shorter ones of a batch are padded to its longest.
        by_length = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
        for start in range(0, len(tokens), _BATCH):
            rows = by_length[start : start + _BATCH]
            vectors[rows] = self._means([tokens[row] for row in rows])
        return unit_rows(vectors, self._record.width)

    def _means(self, tokens: list[list[int]]) -> NDArray[np.float32]:
        """*Shape:* (len(tokens), H)."""
        lengths = np.array([len(ids) for ids in tokens])
        mask = (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64)
        padded = np.zeros_like(mask)
        padded[mask == 1] = np.concatenate(tokens)
        means: NDArray[np.float32] = self._session.run([VECTORS], {IDS: padded, MASK: mask})[0]
        return means

    def _tell_of_length(self, encodings: list[Any]) -> None:
        cut = sum(bool(encoding.overflowing) for encoding in encodings)
        if cut and not self._told_of_length:
            self._told_of_length = True
            self._observer.note(
                f"encoder {self._record.name} reads the first {self._limit} tokens of a text; "
                f"{cut} of {len(encodings)} texts here {'has' if cut == 1 else 'have'} more."
            )


def _session(graph: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Weights packed for faster products are copies of the mapped ones: they cost more time than a few texts win back.
    options.add_session_config_entry("session.disable_prepacking", "1")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
