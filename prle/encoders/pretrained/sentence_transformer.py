"""Models saved by sentence-transformers: the default, and the reference."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from prle.encoders.pretrained.encoder import TORCH_TYPES, FolderEncoder
from prle.encoders.pretrained.quiet import quiet_models
from prle.encoders.vectors import unit_rows
from prle.errors import PrleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from prle.encoders.interface import EncoderKind


class SentenceTransformerEncoder(FolderEncoder):
    """A model trained to put sentences that mean the same near each other (Reimers and Gurevych, 2019)."""

    @property
    def kind(self) -> EncoderKind:
        """The registry name."""
        return "sentence-transformer"

    @property
    def token_limit(self) -> int:
        """Tokens of a text that are read; loads the model.

        :raises PrleError: where there is no such limit.
        """
        limit = self._token_limit(self._loaded())
        if limit is None:
            message = f"encoder {self.record.name}: expected a limit of tokens, got none."
            raise PrleError(message)
        return limit

    def tokenizer_json(self) -> str:
        """Return the tokenizer, as :mod:`tokenizers` reads it; loads the model."""
        tokenizer: str = self._loaded().tokenizer.backend_tokenizer.to_str()
        return tokenizer

    def stream(self, windows: Iterable[Sequence[str]]) -> Iterator[NDArray[np.float32]]:
        """Yield the vectors of each window; several devices share it, each with weights in the precision itself."""
        model = self._loaded()
        if len(self._devices) == 1:
            yield from super().stream(windows)
            return
        import torch

        copied = copy.deepcopy(model).to(getattr(torch, TORCH_TYPES[self._precision]))
        pool = copied.start_multi_process_pool(list(self._devices))
        try:
            for window in windows:
                with quiet_models():
                    self._tell_of_length(window)
                    yield unit_rows(self._shared(copied, pool, list(window)), self.record.width)
        finally:
            copied.stop_multi_process_pool(pool)

    def _shared(self, model: Any, pool: Any, texts: list[str]) -> ArrayLike:
        """Let the processes of a pool encode texts, each a batch at a time. *Shape:* (len(texts), H)."""
        batch = max(1, self._tokens // max(self._lengths(texts)))
        batch = batch if self._batch_size is None else min(batch, self._batch_size)
        vectors: list[Any] = model.encode(
            texts, pool=pool, batch_size=batch, chunk_size=batch, convert_to_numpy=False, show_progress_bar=False
        )
        return np.stack([vector.float().numpy(force=True) for vector in vectors])

    def _load(self, folder: str, device: str) -> Any:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(folder, device=device, local_files_only=True, model_kwargs={"use_safetensors": True})

    def _vectors(self, model: Any, texts: list[str]) -> ArrayLike:
        vectors: ArrayLike = (
            model.encode(texts, batch_size=len(texts), show_progress_bar=False, convert_to_tensor=True)
            .float()
            .numpy(force=True)
        )
        return vectors

    def _tokenizer(self, model: Any) -> Any:
        return model.tokenizer

    def _token_limit(self, model: Any) -> int | None:
        limit: int | None = model.max_seq_length
        return limit
