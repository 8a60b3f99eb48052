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
    """What prle keeps between runs. ``folder`` is None where it keeps nothing; ``vectors`` are those of texts.

    ``history_size_bytes`` are those of the lines that were typed into ``prle shell``, which are texts.
    """

    folder: Path | None
    vectors: int
    vectors_size_bytes: int
    most_vectors: int
    most_size_bytes: int
    encoders: tuple[ConvertedEncoder, ...]
    history_size_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class ClearReport:
    """What was removed: vectors of texts, converted encoders, the lines of a shell, and the bytes of all."""

    folder: Path | None
    vectors: int
    encoders: int
    size_bytes: int
    history: bool = False
