"""Plain Hugging Face models, which have no sentence vector of their own: the mean of the token vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

import numpy as np

from prle.encoders.folder_encoder import FolderEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from prle.encoders.interface import EncoderKind

_LONGEST: Final = 512
"""Tokens read where neither the tokenizer nor the model names a limit."""


class _Loaded(NamedTuple):
    tokenizer: Any
    network: Any
    limit: int


@final
class MeanPoolEncoder(FolderEncoder):
    """The last hidden states, averaged over the tokens that are not padding: ``sum(mask * h) / sum(mask)``."""

    @property
    def kind(self) -> EncoderKind:
        """The registry name."""
        return "mean-pool"

    def _load(self, folder: str, device: str | None) -> _Loaded:
        import torch
        from transformers import AutoModel, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        network = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        network.eval().to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        positions = getattr(network.config, "max_position_embeddings", None) or _LONGEST
        return _Loaded(tokenizer, network, min(tokenizer.model_max_length, positions))

    def _vectors(self, model: _Loaded, texts: Sequence[str], batch_size: int) -> ArrayLike:
        by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        batches = [by_length[start : start + batch_size] for start in range(0, len(texts), batch_size)]
        means = np.concatenate([_mean(model, [texts[row] for row in batch]) for batch in batches])
        vectors: ArrayLike = means[np.argsort(by_length)]
        return vectors

    def _token_limit(self, model: _Loaded) -> int | None:
        return model.limit

    def _count_tokens(self, model: _Loaded, text: str) -> int:
        return len(model.tokenizer(text, truncation=False, verbose=False)["input_ids"])


def _mean(model: _Loaded, texts: list[str]) -> NDArray[np.float32]:
    """*Shape:* (len(texts), H)."""
    import torch

    batch = model.tokenizer(texts, padding=True, truncation=True, max_length=model.limit, return_tensors="pt")
    batch = batch.to(model.network.device)
    with torch.inference_mode():
        states = model.network(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1).to(states.dtype)
        means = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
    return np.asarray(means.float().cpu().numpy(), dtype=np.float32)
