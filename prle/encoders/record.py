"""What is remembered of an encoder: enough to find it again, and known without loading any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

Precision = Literal["fp32", "bf16", "fp16"]
"""What a model's matrix products are computed in; sums and norms stay in single precision."""
PRECISIONS: Final[tuple[Precision, ...]] = get_args(Precision)

BUILT_IN: Final = "built-in"
"""The source of an encoder that has no files."""


@dataclass(frozen=True, kw_only=True)
class EncoderRecord:
    """What the workspace remembers of an encoder, enough to find and verify it again.

    :param name: as the user gave it, e.g. ``all-MiniLM-L6-v2``.
    :param kind: the registry name of the family member, e.g. ``sentence-transformer``.
    :param fingerprint: SHA-256 of the weights and the tokenizer, or of what was fitted, hexadecimal.
    :param width: H, the length of a vector.
    :param source: where it was found: ``folder``, ``package``, ``cache``, ``hub``, ``built-in`` for hashing, or
        ``training rows`` for one that was fitted.
    :param precision: what the vectors were computed in.
    :param backend: by which library; empty where a workspace does not say.
    """

    name: str
    kind: str
    fingerprint: str
    width: int
    source: str
    precision: Precision = "fp32"
    backend: str = "numpy"


@dataclass(frozen=True, kw_only=True, eq=False)
class EncoderState:
    """What an encoder has learnt from training rows, as plain data.

    :param settings: JSON values only.
    :param arrays: by name, e.g. ``numbers/scale``.
    """

    settings: Mapping[str, Any]
    arrays: Mapping[str, NDArray[np.generic]]
