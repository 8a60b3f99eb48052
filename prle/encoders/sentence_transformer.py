"""Models saved by sentence-transformers: the default, and the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from prle.encoders.folder_encoder import FolderEncoder

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
