"""Many texts as two arrays, decoded one at a time when they are looked at."""

from __future__ import annotations

import codecs
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, final, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray


_CHECKED_BYTES: Final = 1 << 20
_AT_ONCE: Final = 1 << 12
"""Texts that are looked at together."""
_CONTINUATION_MASK: Final = 0b1100_0000
_CONTINUATION: Final = 0b1000_0000
"""How every byte of a character but its first begins."""


@final
class PackedTexts(Sequence[str]):
    """A read-only sequence of texts, stored end to end as UTF-8.

    :param data: all texts, one after the other. *Shape:* (bytes,), uint8.
    :param offsets: text i is ``data[offsets[i]:offsets[i + 1]]``; begins with 0, ends with the number of bytes, never
        falls. *Shape:* (texts + 1,), int64.
    :raises ValueError: when the offsets break that rule.
    """

    def __init__(self, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != len(data) or (offsets[1:] < offsets[:-1]).any():
            message = f"text offsets must rise from 0 to {len(data)}"
            raise ValueError(message)
        self.data = data
        self.offsets = offsets

    def require_utf8(self) -> None:
        """Refuse bytes that are no texts, in one pass and with little memory.

        :raises ValueError: naming the first byte that is not UTF-8, or a text that begins inside of a character.
        """
        decoder = codecs.getincrementaldecoder("utf-8")()
        for first in range(0, len(self.data), _CHECKED_BYTES):
            decoder.decode(self.data[first : first + _CHECKED_BYTES].tobytes())
        decoder.decode(b"", final=True)
        starts = self.offsets[:-1][self.offsets[:-1] < len(self.data)]
        inside = np.flatnonzero((self.data[starts] & _CONTINUATION_MASK) == _CONTINUATION)
        if len(inside):
            message = f"a text begins at byte {starts[inside[0]]}, inside of a character"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        return self._encoded(range(len(self))[index]).decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        return self.taken(np.arange(len(self)))

    def taken(self, positions: NDArray[np.int64]) -> Iterator[str]:
        """Yield the texts at these positions, decoded as they are met. *Shape:* (N,)."""
        for encoded in self.encoded(positions):
            yield encoded.decode("utf-8")

    def encoded(self, positions: NDArray[np.int64]) -> Iterator[bytes]:
        """Yield the texts at these positions as UTF-8. *Shape:* (N,)."""
        data = self.data.data  # a view of the bytes, whose slices cost a fifth of those of an array
        for first in range(0, len(positions), _AT_ONCE):
            some = positions[first : first + _AT_ONCE]
            for start, end in zip(self.offsets[some].tolist(), self.offsets[some + 1].tolist(), strict=True):
                yield bytes(data[start:end])

    def characters(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many characters the texts at these positions have. *Shape:* (N,) to (N,)."""
        return np.fromiter(map(len, self.taken(positions)), np.int64, len(positions))

    def after(self, first: int) -> PackedTexts:
        """Return the texts from position ``first`` on, without a copy of them."""
        offsets = self.offsets[first:]
        return PackedTexts(self.data[offsets[0] :], offsets - offsets[0])

    def find(self, texts: Iterable[str]) -> dict[str, int]:
        """Return where those of ``texts`` that are here are; only texts of the same length are looked at."""
        wanted = {text.encode("utf-8", "surrogatepass"): text for text in texts}
        alike = np.flatnonzero(np.isin(np.diff(self.offsets), [len(one) for one in wanted]))
        found = {}
        for position, encoded in zip(alike.tolist(), self.encoded(alike), strict=True):
            if (text := wanted.get(encoded)) is not None:
                found[text] = position
        return found

    def _encoded(self, position: int) -> bytes:
        return bytes(self.data[self.offsets[position] : self.offsets[position + 1]])


@final
class Packing:
    """Texts that are stored end to end as they come."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._offsets = array("q", [0])

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def add(self, text: str) -> None:
        """Store one more text.

        :raises UnicodeEncodeError: when it holds half a surrogate pair, which is no character and has no UTF-8.
        """
        self.add_encoded(text.encode("utf-8"))

    def add_encoded(self, text: bytes) -> None:
        """Store one more text, which is UTF-8 already."""
        self._data += text
        self._offsets.append(len(self._data))

    def packed(self) -> PackedTexts:
        """Return the texts, without a copy of them; nothing can be added any more."""
        return PackedTexts(np.frombuffer(self._data, np.uint8), np.frombuffer(self._offsets, np.int64))


def pack(texts: Iterable[str]) -> PackedTexts:
    """Store ``texts`` end to end.

    :raises UnicodeEncodeError: when one holds half a surrogate pair, which is no character and has no UTF-8.
    """
    packing = Packing()
    for text in texts:
        packing.add(text)
    return packing.packed()
