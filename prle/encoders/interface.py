"""A frozen encoder: texts in, unit vectors out; or rows of a table in, features out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

EncoderKind = Literal["sentence-transformer", "mean-pool", "hashing", "tabular"]
NumericName = Literal["standard", "quantile", "piecewise"]
Precision = Literal["fp32", "bf16", "fp16"]
"""What a model's matrix products are computed in; sums and norms stay in single precision."""
PRECISIONS: Final[tuple[Precision, ...]] = get_args(Precision)

AT_ONCE: Final = 1024
"""Texts that an encoder without a model is given at once: seldom enough to cost nothing, often enough to be watched."""


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
    :param backend: by which library; empty in a workspace of before that was kept.
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


class Encoder(ABC):
    """Maps texts to vectors: of length one, unless it encodes rows of a table."""

    @property
    @abstractmethod
    def record(self) -> EncoderRecord:
        """What identifies this encoder. Known without loading the model."""

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector a text. *Shape:* (len(texts), record.width), float32."""

    def windows(self, texts: Sequence[str], *, most: int) -> Iterator[Sequence[str]]:
        """Yield ``texts`` in their order, as many as are best encoded together, and at most ``most``."""
        step = min(most, AT_ONCE)
        for first in range(0, len(texts), step):
            yield texts[first : first + step]

    def stream(self, windows: Iterable[Sequence[str]]) -> Iterator[NDArray[np.float32]]:
        """Yield for each window what :meth:`encode` gives; it may look one window ahead."""
        for texts in windows:
            yield self.encode(texts)
