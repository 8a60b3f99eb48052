"""A frozen encoder: texts in, unit vectors out; or rows of a table in, features out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

EncoderKind = Literal["sentence-transformer", "mean-pool", "hashing", "tabular"]
NumericName = Literal["standard", "quantile", "piecewise"]


@dataclass(frozen=True, kw_only=True)
class EncoderRecord:
    """What the workspace remembers of an encoder, enough to find and verify it again.

    :param name: as the user gave it, e.g. ``all-MiniLM-L6-v2``.
    :param kind: the registry name of the family member, e.g. ``sentence-transformer``.
    :param fingerprint: SHA-256 of the weights and the tokenizer, or of what was fitted, hexadecimal.
    :param width: H, the length of a vector.
    :param source: where it was found: ``folder``, ``package``, ``cache``, ``hub``, ``built-in`` for hashing, or
        ``training rows`` for one that was fitted.
    """

    name: str
    kind: str
    fingerprint: str
    width: int
    source: str


@dataclass(frozen=True, kw_only=True, eq=False)
class EncoderState:
    """What an encoder has learnt from training rows, as plain data.

    :param settings: JSON values only.
    :param arrays: by name, e.g. ``numbers/scale``.
    """

    settings: Mapping[str, Any]
    arrays: Mapping[str, NDArray[np.generic]]


class Encoder(ABC):
    """Maps texts to vectors: of length one, unless it encodes rows of a table."""

    @property
    @abstractmethod
    def record(self) -> EncoderRecord:
        """What identifies this encoder. Known without loading the model."""

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector a text. *Shape:* (len(texts), record.width), float32."""
