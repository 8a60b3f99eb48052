"""A frozen encoder: texts in, unit vectors out; or rows of a table in, features out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Literal

from prle.encoder_record import EncoderRecord, EncoderState

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Encoder", "EncoderKind", "EncoderRecord", "EncoderState", "NumericName"]

EncoderKind = Literal["sentence-transformer", "mean-pool", "hashing", "tabular"]
NumericName = Literal["standard", "quantile", "piecewise"]


class Encoder(ABC):
    """Maps texts to vectors: of length one, unless it encodes rows of a table."""

    @property
    @abstractmethod
    def record(self) -> EncoderRecord:
        """What identifies this encoder. Known without loading the model."""

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector a text. *Shape:* (len(texts), record.width), float32."""
