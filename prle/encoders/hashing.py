"""Words and letter groups hashed to a fixed width: no model, no download, for tests and dry runs."""

from __future__ import annotations

import re
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.encoders.interface import Encoder, EncoderRecord
from prle.encoders.record import BUILT_IN
from prle.encoders.vectors import unit_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

PREFIX: Final = "hashing"
DEFAULT_WIDTH: Final = 256
SMALLEST_WIDTH: Final = 8
LARGEST_WIDTH: Final = 65536
_LETTERS: Final = 3
_VERSION: Final = 1


@final
class HashingEncoder(Encoder):
    """Texts that share words and letter groups are near: ``v[h(g)] += sign(g)`` over the words and trigrams ``g``.

    The signs make unrelated collisions cancel on average (Weinberger et al., 2009, feature hashing).

    :param name: as the user gave it.
    :param width: H, the number of buckets.
    """

    def __init__(self, *, name: str = PREFIX, width: int = DEFAULT_WIDTH) -> None:
        recipe = f"prle-hashing/{_VERSION}/words+{_LETTERS}-letters/{width}"
        self._record = EncoderRecord(
            name=name,
            kind="hashing",
            fingerprint=sha256(recipe.encode()).hexdigest(),
            width=width,
            source=BUILT_IN,
        )

    @property
    def record(self) -> EncoderRecord:
        """The recipe and width as an identity."""
        return self._record

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text. *Shape:* (len(texts), width), float32."""
        width = self._record.width
        vectors = np.zeros((len(texts), width), dtype=np.float32)
        for row, text in enumerate(texts):
            for gram in _grams(text):
                number = int.from_bytes(blake2b(gram.encode(), digest_size=8).digest(), "little")
                vectors[row, (number >> 1) % width] += 1.0 if number & 1 else -1.0
            if not vectors[row].any():  # no words, or signs that cancel: still a vector of length one
                vectors[row, 0] = 1.0
        return unit_rows(vectors, width)


def _grams(text: str) -> Iterator[str]:
    for word in re.findall(r"\w+", text.lower()):
        yield word
        padded = f" {word} "
        yield from (padded[start : start + _LETTERS] for start in range(len(padded) - _LETTERS + 1))
