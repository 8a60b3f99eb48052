"""A frozen encoder: texts in, unit vectors out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

EncoderKind = Literal["sentence-transformer", "mean-pool", "hashing"]


@dataclass(frozen=True, kw_only=True)
class EncoderRecord:
    """What the workspace remembers of an encoder, enough to find and verify it again.

    :param name: as the user gave it, e.g. ``all-MiniLM-L6-v2``.
    :param kind: the registry name of the family member, e.g. ``sentence-transformer``.
    :param fingerprint: SHA-256 of the weights and the tokenizer, hexadecimal.
    :param width: H, the length of a vector.
    :param source: where it was found: ``folder``, ``package``, ``cache``, ``hub``, or ``built-in`` for hashing.
    """

    name: str
    kind: str
    fingerprint: str
    width: int
    source: str


class Encoder(ABC):
    """Maps texts to vectors of length one."""

    @property
    @abstractmethod
    def record(self) -> EncoderRecord:
        """What identifies this encoder. Known without loading the model."""

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one L2-normalised vector a text. *Shape:* (len(texts), record.width), float32."""
