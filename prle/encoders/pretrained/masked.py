"""How sure a masked language model is of the words of a text: what it would have put in the place of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.encoders.pretrained.device import devices_of
from prle.encoders.pretrained.folder import CONFIG
from prle.encoders.pretrained.quiet import quiet_models
from prle.errors import PrleError
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.observer import Observer

MOST_TOKENS: Final = 32
"""Tokens of a text that are masked; of a longer one, so many at equal distances."""

_HEAD: Final = "ForMaskedLM"
_LONGEST: Final = 512
"""Tokens read where neither the tokenizer nor the model names a limit."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MaskedModel:
    """A network that says which token belongs in the place of a mask, and its tokenizer."""

    tokenizer: Any
    network: Any
    limit: int

    def entropy(self, text: str) -> float:
        """Return the mean over the tokens of ``-sum_t p(t) log p(t)``, nats, each token masked in its turn.

        Tokens that the tokenizer adds are not masked; a text of none of its own has 0.
        """
        import torch

        read = self.tokenizer(text, truncation=True, max_length=self.limit, return_special_tokens_mask=True)
        own = np.flatnonzero(np.asarray(read["special_tokens_mask"]) == 0)
        places = own[np.unique(np.linspace(0, len(own) - 1, min(len(own), MOST_TOKENS)).round().astype(np.int64))]
        if not len(places):
            return 0.0
        copies = torch.tensor(read["input_ids"], device=self.network.device).repeat(len(places), 1)
        rows, columns = torch.arange(len(places)), torch.from_numpy(places)
        copies[rows, columns] = self.tokenizer.mask_token_id
        with torch.inference_mode():
            logits = self.network(input_ids=copies).logits[rows, columns].double()
            logs = torch.log_softmax(logits, dim=1)
        return float(-(logs.exp() * logs).sum(dim=1).mean())


def masked_entropy(folder: Path, texts: Sequence[str], *, observer: Observer = SILENT) -> NDArray[np.float64] | None:
    """Return the mean entropy of the masked tokens of each text; None where the folder has no such head.

    At most :data:`MOST_TOKENS` tokens of a text are masked, all its copies read at once.

    *Shape:* (N,)
    """
    with quiet_models():
        model = masked_model(folder)
        if model is None:
            return None
        scores = np.zeros(len(texts))
        for row, text in enumerate(texts):
            scores[row] = model.entropy(text)
            observer.progress("masking", row + 1, len(texts), "texts")
    return scores


def masked_model(folder: Path) -> MaskedModel | None:
    """Load a model with its head from safetensors alone; None where it has none, no mask, or a head without weights.

    :raises PrleError: where the folder cannot be loaded as what it says it is.
    """
    if not names_head(folder):
        return None
    from transformers import AutoModelForMaskedLM, AutoTokenizer

    local = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **local)
        network, told = AutoModelForMaskedLM.from_pretrained(
            folder, use_safetensors=True, output_loading_info=True, **local
        )
    except Exception as error:  # each library below has its own classes, some bare Exceptions
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        message = f"encoder {folder.name}: cannot be loaded with its head for masked tokens ({reason})."
        raise PrleError(message, hint="use another --uncertainty") from error
    if told["missing_keys"] or tokenizer.mask_token_id is None:
        return None
    network.eval().to(devices_of("auto")[0])
    positions = getattr(network.config, "max_position_embeddings", None) or _LONGEST
    return MaskedModel(tokenizer=tokenizer, network=network, limit=min(tokenizer.model_max_length, positions))


def names_head(folder: Path) -> bool:
    """Say whether ``config.json`` names an architecture with a head for masked tokens."""
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    named = config.get("architectures") if isinstance(config, dict) else None
    return isinstance(named, list) and any(str(name).endswith(_HEAD) for name in named)
