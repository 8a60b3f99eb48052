"""Making the three splits: by a column that names them, or by cutting what is there."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.data.clean import MINIMUM_ROWS
from prle.data.interface import Split
from prle.data.text_rows import row_keys, shared
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.data.formats.records import Records
    from prle.data.interface import SplitName

SPLIT_WORDS: Final[Mapping[str, SplitName]] = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
}
"""What people call the splits, in lower case."""

CUT_SHARE: Final = 0.1


def divide_by_column(records: Records, column: str) -> dict[SplitName, Records]:
    """Return the rows of each split that ``column`` names.

    :raises DataError: a cell that names no split, or no row to train on.
    """
    chosen: dict[SplitName, array[int]] = {}
    for row, cell in enumerate(records.column(column)):
        name = SPLIT_WORDS.get(cell.strip().lower())
        if name is None:
            message = f"{records.origin}: {records.place(row)}: expected train, validation (dev, val) or test "
            message += f"in {column!r}, got {cell!r}."
            raise DataError(message)
        chosen.setdefault(name, array("q")).append(row)
    if "train" not in chosen:
        message = f"{records.origin}: no row of {column!r} says train."
        raise DataError(message)
    return {
        name: records.take(np.frombuffer(rows, np.int64), f"{records.origin} ({name})") for name, rows in chosen.items()
    }


def cut(split: Split, names: Sequence[SplitName], *, seed: int) -> dict[SplitName, Split]:
    """Cut a tenth off ``split`` for each of ``names`` and leave the rest as ``train``; rows keep their order.

    Rows of one block, or else rows that say the same, stay on one side, so that nothing is tested on what it was
    trained on.

    :raises DataError: too few different rows for every side to have two.
    """
    (keys,) = [numbered(split.blocks)] if split.blocks else row_keys([split.texts])
    sides = cut_rows(keys, names, seed=seed, filled=bool(split.blocks))
    return {name: _take(split, rows) for name, rows in sides.items()}


def numbered(keys: Iterable[Hashable]) -> NDArray[np.int64]:
    """Return a number for each key, the same for keys that are equal. *Shape:* (N,)."""
    numbers: dict[Hashable, int] = {}
    return np.fromiter((numbers.setdefault(key, len(numbers)) for key in keys), np.int64)


def cut_rows(
    keys: NDArray[np.int64],
    names: Sequence[SplitName],
    *,
    seed: int,
    share: float = CUT_SHARE,
    filled: bool = False,
) -> dict[SplitName, NDArray[np.int64]]:
    """Return the rows of each side of such a cut, in order: those with one key stay on one side.

    :param keys: what rows say, a number for each row. *Shape:* (N,)
    :param share: of all rows, for each of ``names``.
    :param filled: every side gets the rows of one key, even if they are more than its share.
    :raises DataError: too few different rows for every side to have two.
    """
    _, firsts, groups, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    # In the order in which they are met, which is what the seed shuffles.
    shuffled = np.argsort(firsts)[np.random.default_rng(seed).permutation(len(counts))]
    size = max(MINIMUM_ROWS, round(share * len(keys)))
    rows: dict[SplitName, int] = dict.fromkeys(("train", *names), 0)
    places, taken = list(rows), np.empty(len(counts), np.int8)
    for group, count in zip(shuffled.tolist(), counts[shuffled].tolist(), strict=True):
        room = (name for name in names if rows[name] + count <= size or (filled and not rows[name]))
        side: SplitName = next(room, "train")
        rows[side] += count
        taken[group] = places.index(side)
    short = [name for name, length in rows.items() if length < MINIMUM_ROWS]
    if short:
        message = f"expected enough different rows to cut {', '.join(names)} from; got {len(counts)}, "
        message += f"which leaves {short[0]} with fewer than {MINIMUM_ROWS}."
        raise DataError(message, hint="give the splits as files: --train F --validation F")
    sides = taken[groups]
    return {name: np.flatnonzero(sides == place) for place, name in enumerate(places)}


def _take(split: Split, rows: NDArray[np.int64]) -> Split:
    def of(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(values[row] for row in rows) if values else ()

    (texts,) = shared([split.texts])
    return Split(
        texts=texts.take(rows),
        labels=split.labels[rows],
        groups=of(split.groups),
        paths=of(split.paths),
        blocks=of(split.blocks),
    )
