"""How sure an encoder is of a text: how far its vector moves, how sure it is of the words, or the vector's length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

from prle.encoders.pretrained.encoder import FolderEncoder
from prle.encoders.pretrained.masked import masked_entropy
from prle.errors import UsageError
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.encoders.interface import Encoder
    from prle.observer import Observer

PASSES: Final = 5

UncertaintyName = Literal["auto", "dropout", "masked", "norm"]
Measure = Literal["dropout", "masked", "norm"]


class Uncertainty(NamedTuple):
    """Scores of texts, and what they measure.

    :param scores: at least 0. *Shape:* (N,)
    """

    scores: NDArray[np.float64]
    kind: Measure


def uncertainty(
    encoder: Encoder,
    texts: Sequence[str],
    *,
    kind: UncertaintyName = "auto",
    passes: int = PASSES,
    seed: int = 0,
    observer: Observer = SILENT,
) -> Uncertainty:
    """Return how uncertain an encoder is of each text.

    - ``dropout`` (Gal and Ghahramani, 2016): the spread ``sqrt(mean_r |v_r - mean v|^2)`` of ``passes`` vectors.
    - ``masked``: of an encoder with a head for masked tokens, the mean entropy of what it says of each
      (:func:`prle.encoders.pretrained.masked.masked_entropy`).
    - ``norm``: the length of the vector, which says little, and nothing where all have length one.
    - ``auto``: the first of these that the encoder has.

    :raises UsageError: for a measure that the encoder has not.
    """
    if isinstance(encoder, FolderEncoder) and texts:
        if kind in ("auto", "dropout") and (spread := _spread(encoder, texts, passes, seed)) is not None:
            return Uncertainty(spread, "dropout")
        if kind in ("auto", "masked"):
            entropy = masked_entropy(encoder.folder.path, texts, observer=observer)
            if entropy is not None:
                return Uncertainty(entropy, "masked")
    if kind in ("dropout", "masked"):
        wanted = "dropout" if kind == "dropout" else "a head for masked tokens"
        message = f"--uncertainty {kind}: expected an encoder with {wanted}, {encoder.record.name} has none."
        raise UsageError(message, hint="use --uncertainty auto")
    return Uncertainty(np.linalg.norm(encoder.encode(texts), axis=1).astype(np.float64), "norm")


def _spread(encoder: FolderEncoder, texts: Sequence[str], passes: int, seed: int) -> NDArray[np.float64] | None:
    """Return the spread under dropout; None where the network has none."""
    import torch

    silenced = [each for each in encoder.network().modules() if isinstance(each, torch.nn.Dropout) and each.p > 0]
    if not silenced:
        return None

    # Encoding puts the network into the state in which it answers, so dropout is switched on behind its back.
    def drop(module: Any, _: Any, output: Any) -> Any:
        return torch.nn.functional.dropout(output, module.p, training=True)

    hooks = [module.register_forward_hook(drop) for module in silenced]
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            vectors = np.stack([encoder.exact(texts) for _ in range(passes)]).astype(np.float64)
    finally:
        for hook in hooks:
            hook.remove()
    spread: NDArray[np.float64] = np.sqrt(np.mean(np.sum((vectors - vectors.mean(axis=0)) ** 2, axis=2), axis=0))
    return spread
