"""The reports about the user's cache, which belongs to no workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class ConvertedEncoder:
    """An encoder that answers without torch.

    ``minimum_cosine`` is the smallest between its vectors and the original's on ``texts`` texts.
    """

    name: str
    fingerprint: str
    size_bytes: int
    minimum_cosine: float
    texts: int


@dataclass(frozen=True, kw_only=True)
class CacheReport:
    """What prle keeps between runs. ``folder`` is None where it keeps nothing; ``vectors`` are those of texts."""

    folder: Path | None
    vectors: int
    vectors_size_bytes: int
    most_vectors: int
    most_size_bytes: int
    encoders: tuple[ConvertedEncoder, ...]


@dataclass(frozen=True, kw_only=True)
class ClearReport:
    """What was removed: vectors of texts, converted encoders, and the bytes of both."""

    folder: Path | None
    vectors: int
    encoders: int
    size_bytes: int
