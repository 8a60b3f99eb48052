"""Rows of texts that point at texts: all cells of a source end to end, and each different text once for a data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, final, overload

import numpy as np

from prle.arrays.packed_texts import PackedTexts, Packing, pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

_AT_ONCE: Final = 1 << 12
"""Rows that are decoded together."""


@final
class TextRows(Sequence[tuple[str, ...]]):
    """N rows of S texts each, decoded when they are looked at.

    :param texts: what rows point at.
    :param ids: the texts of each row. *Shape:* (N, S)
    :param ordered: whether the texts are all different, from the longest to the shortest.
    """

    def __init__(self, texts: PackedTexts, ids: NDArray[np.int64], *, ordered: bool = False) -> None:
        self.texts = texts
        self.ids = ids
        self.ordered = ordered

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[tuple[str, ...], ...]: ...
    def __getitem__(self, index: int | slice) -> tuple[str, ...] | tuple[tuple[str, ...], ...]:
        if isinstance(index, slice):
            return tuple(TextRows(self.texts, self.ids[index]))
        return tuple(self.texts.taken(self.ids[index]))

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        width = self.ids.shape[1]
        for first in range(0, len(self.ids), _AT_ONCE):
            block = self.ids[first : first + _AT_ONCE]
            texts = self.texts.taken(block.ravel())
            yield from zip(*[texts] * width, strict=True)

    def column(self, position: int) -> Iterator[str]:
        """Yield the texts of one column, decoded as they are met."""
        return self.texts.taken(self.ids[:, position])

    def columns(self, positions: Sequence[int]) -> TextRows:
        """Return the same rows with these columns alone."""
        return TextRows(self.texts, self.ids[:, list(positions)])

    def take(self, rows: NDArray[np.int64]) -> TextRows:
        """Return some of the rows, in the order given."""
        return TextRows(self.texts, self.ids[rows], ordered=self.ordered)


def text_rows(rows: Iterable[Sequence[str]], width: int) -> TextRows:
    """Return rows of ``width`` texts, stored end to end.

    :raises UnicodeEncodeError: when a text holds half a surrogate pair.
    """
    texts = pack(text for row in rows for text in row)
    return TextRows(texts, np.arange(len(texts)).reshape(-1, width))


def shared(parts: Sequence[Sequence[tuple[str, ...]]]) -> list[TextRows]:
    """Return rows that point at the same texts: those they have, each once, from the longest to the shortest.

    Texts of one length are in the order of their code points, so the texts decide the order alone. Rows that share
    such texts already come back as they are.

    :param parts: rows of splits, say, all of as many texts.
    """
    known = [part if isinstance(part, TextRows) else text_rows(part, len(part[0]) if part else 1) for part in parts]
    if known and all(part.ordered and part.texts is known[0].texts for part in known) and _all_used(known):
        return known
    used = [np.unique(part.ids) for part in known]
    texts, places = _distinct([part.texts for part in known], used)
    ends = np.cumsum([len(each) for each in used])[:-1]
    return [
        TextRows(texts, of[np.searchsorted(had, part.ids)], ordered=True)
        for part, had, of in zip(known, used, np.split(places, ends), strict=True)
    ]


def row_keys(parts: Sequence[Sequence[tuple[str, ...]]]) -> list[NDArray[np.int64]]:
    """Return a number for each row, the same for rows that say the same, in whichever order. *Shape:* (N,) each."""
    keys = []
    for part in shared(parts):
        key = np.zeros(len(part), np.int64)
        for ids in np.sort(part.ids, axis=1).T:
            key = key * len(part.texts) + ids
        keys.append(key)
    return keys


def _all_used(parts: Sequence[TextRows]) -> bool:
    used = np.zeros(len(parts[0].texts), bool)
    for part in parts:
        used[part.ids] = True
    return bool(used.all())


def _distinct(
    stores: Sequence[PackedTexts], used: Sequence[NDArray[np.int64]]
) -> tuple[PackedTexts, NDArray[np.int64]]:
    """Return the used texts of all stores, each once and in order, and the place of each used one. *Shape:* (M,)."""
    owners = np.repeat(np.arange(len(stores), dtype=np.int16), [len(each) for each in used])
    positions = np.concatenate([*used, np.zeros(0, np.int64)])
    lengths = np.concatenate(
        [*(texts.characters(each) for texts, each in zip(stores, used, strict=True)), np.zeros(0, np.int64)]
    )
    order = np.argsort(-lengths, kind="stable")
    packing, places = Packing(), np.empty(len(positions), np.int64)
    for alike in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
        owned = [positions[alike[owners[alike] == owner]] for owner in range(len(stores))]
        encoded = [text for texts, own in zip(stores, owned, strict=True) for text in texts.encoded(own)]
        # No text is the beginning of another with as many characters, so the zeros that fill them up decide nothing.
        filled = np.array(encoded, dtype=f"S{max(map(len, encoded), default=0) or 1}")
        _, firsts, numbers = np.unique(filled, return_index=True, return_inverse=True)
        places[alike] = len(packing) + numbers
        for first in firsts.tolist():
            packing.add_encoded(encoded[first])
    return packing.packed(), places
