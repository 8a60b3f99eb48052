"""Models saved by sentence-transformers: the default, and the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from prle.encoders.folder_encoder import FolderEncoder
from prle.errors import PrleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from prle.encoders.interface import EncoderKind


@final
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

    def _load(self, folder: str, device: str | None) -> Any:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(folder, device=device, local_files_only=True, model_kwargs={"use_safetensors": True})

    def _vectors(self, model: Any, texts: Sequence[str], batch_size: int) -> ArrayLike:
        vectors: ArrayLike = model.encode(
            list(texts), batch_size=batch_size, show_progress_bar=False, convert_to_numpy=True
        )
        return vectors

    def _token_limit(self, model: Any) -> int | None:
        limit: int | None = model.max_seq_length
        return limit

    def _count_tokens(self, model: Any, text: str) -> int:
        return len(model.tokenizer(text, truncation=False, verbose=False)["input_ids"])
