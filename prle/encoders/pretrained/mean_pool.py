"""Plain Hugging Face models, which have no sentence vector of their own: the mean of the token vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from prle.encoders.pretrained.encoder import FolderEncoder

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

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

    def _load(self, folder: str, device: str) -> _Loaded:
        from transformers import AutoModel, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        network = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        network.eval().to(device)
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        positions = getattr(network.config, "max_position_embeddings", None) or _LONGEST
        return _Loaded(tokenizer, network, min(tokenizer.model_max_length, positions))

    def _vectors(self, model: _Loaded, texts: list[str]) -> ArrayLike:
        """Average the states of one batch. *Shape:* (len(texts), H)."""
        import torch

        batch = model.tokenizer(texts, padding=True, truncation=True, max_length=model.limit, return_tensors="pt")
        batch = batch.to(model.network.device)
        with torch.inference_mode():
            states = model.network(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1).to(states.dtype)
            means = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
        vectors: ArrayLike = means.float().numpy(force=True)
        return vectors

    def _tokenizer(self, model: _Loaded) -> Any:
        return model.tokenizer

    def _token_limit(self, model: _Loaded) -> int | None:
        return model.limit
