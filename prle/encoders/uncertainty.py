"""How sure an encoder is of a text: how far its vector moves when parts of the network are silenced by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

from prle.encoders.folder_encoder import FolderEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.encoders.interface import Encoder

PASSES: Final = 5

Kind = Literal["dropout", "norm"]


class Uncertainty(NamedTuple):
    """Scores of texts, and what they are: the spread under dropout, or as a last resort the length of the vector.

    :param scores: at least 0. *Shape:* (N,)
    """

    scores: NDArray[np.float64]
    kind: Kind


def uncertainty(encoder: Encoder, texts: Sequence[str], *, passes: int = PASSES, seed: int = 0) -> Uncertainty:
    """Return how uncertain an encoder is of each text.

    With dropout (Gal and Ghahramani, 2016): ``sqrt(mean_r |v_r - mean v|^2)`` over ``passes`` vectors. Encoders without
    any have nothing of the kind; the length of a vector is then what is left, and where all have length one it says
    nothing at all.
    """
    if isinstance(encoder, FolderEncoder) and texts:
        spread = _spread(encoder, texts, passes, seed)
        if spread is not None:
            return Uncertainty(spread, "dropout")
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
