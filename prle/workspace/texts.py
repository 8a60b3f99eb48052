"""Many texts as two arrays, decoded one at a time when they are looked at."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, final, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


_CHECKED_BYTES: Final = 1 << 20
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

    def after(self, first: int) -> PackedTexts:
        """Return the texts from position ``first`` on, without a copy of them."""
        offsets = self.offsets[first:]
        return PackedTexts(self.data[offsets[0] :], offsets - offsets[0])

    def find(self, texts: Iterable[str]) -> dict[str, int]:
        """Return where those of ``texts`` that are here are; only texts of the same length are looked at."""
        encoded = {text.encode("utf-8", "surrogatepass"): text for text in texts}
        alike = np.isin(np.diff(self.offsets), [len(one) for one in encoded])
        found = {}
        for position in np.flatnonzero(alike).tolist():
            if (text := encoded.get(self._encoded(position))) is not None:
                found[text] = position
        return found

    def _encoded(self, position: int) -> bytes:
        return bytes(self.data[self.offsets[position] : self.offsets[position + 1]])


def pack(texts: Iterable[str]) -> PackedTexts:
    """Store ``texts`` end to end.

    :raises UnicodeEncodeError: when one holds half a surrogate pair, which is no character and has no UTF-8.
    """
    encoded = [text.encode("utf-8") for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(one) for one in encoded], out=offsets[1:])
    return PackedTexts(np.frombuffer(b"".join(encoded), np.uint8), offsets)
