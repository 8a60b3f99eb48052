"""A frozen encoder: texts in, unit vectors out; or rows of a table in, features out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, Literal

from prle.encoders.record import PRECISIONS, EncoderRecord, EncoderState, Precision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PRECISIONS", "Encoder", "EncoderKind", "EncoderRecord", "EncoderState", "NumericName", "Precision"]

EncoderKind = Literal["sentence-transformer", "mean-pool", "hashing", "tabular"]
NumericName = Literal["standard", "quantile", "piecewise"]

AT_ONCE: Final = 1024
"""Texts that an encoder without a model is given at once: seldom enough to cost nothing, often enough to be watched."""


class Encoder(ABC):
    """Maps texts to vectors: of length one, unless it encodes rows of a table."""

    @property
    @abstractmethod
    def record(self) -> EncoderRecord:
        """What identifies this encoder. Known without loading the model."""

    @property
    def options(self) -> Mapping[str, Any]:
        """How it computes, beside what its record says: what makes another one of the same name compute alike."""
        return {}

    def prepare(self) -> None:  # noqa: B027 - most encoders have nothing to load
        """Load what encoding needs, so that whatever is missing is said before anything is written.

        :raises PrleError: the model cannot be loaded.
        :raises UsageError: for a device or a precision that this machine does not have.
        """

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
