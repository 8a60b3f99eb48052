"""Making the three splits: by a column that names them, or by cutting what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.data.clean import MINIMUM_ROWS, row_key
from prle.data.interface import Split
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from prle.data.interface import SplitName
    from prle.data.records import Records

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
    chosen: dict[SplitName, list[int]] = {}
    for row, cell in enumerate(records.column(column)):
        name = SPLIT_WORDS.get(cell.strip().lower())
        if name is None:
            message = f"{records.origin}: {records.place(row)}: expected train, validation (dev, val) or test "
            message += f"in {column!r}, got {cell!r}."
            raise DataError(message)
        chosen.setdefault(name, []).append(row)
    if "train" not in chosen:
        message = f"{records.origin}: no row of {column!r} says train."
        raise DataError(message)
    return {name: records.take(rows, f"{records.origin} ({name})") for name, rows in chosen.items()}


def cut(split: Split, names: Sequence[SplitName], *, seed: int) -> dict[SplitName, Split]:
    """Cut a tenth off ``split`` for each of ``names`` and leave the rest as ``train``; rows keep their order.

    Rows of one block, or else rows that say the same, stay on one side, so that nothing is tested on what it was
    trained on.

    :raises DataError: too few different rows for every side to have two.
    """
    keys = split.blocks or [row_key(texts) for texts in split.texts]
    sides = cut_rows(keys, names, seed=seed, filled=bool(split.blocks))
    return {name: _take(split, rows) for name, rows in sides.items()}


def cut_rows(
    keys: Sequence[Hashable],
    names: Sequence[SplitName],
    *,
    seed: int,
    share: float = CUT_SHARE,
    filled: bool = False,
) -> dict[SplitName, list[int]]:
    """Return the rows of each side of such a cut, in order: those with one key stay on one side.

    :param keys: what rows say, one a row.
    :param share: of all rows, for each of ``names``.
    :param filled: every side gets the rows of one key, even if they are more than its share.
    :raises DataError: too few different rows for every side to have two.
    """
    groups: dict[Hashable, list[int]] = {}
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    size = max(MINIMUM_ROWS, round(share * len(keys)))
    sides: dict[SplitName, list[int]] = {"train": [], **{name: [] for name in names}}
    members = list(groups.values())
    for position in np.random.default_rng(seed).permutation(len(members)):
        group = members[position]
        room = (name for name in names if len(sides[name]) + len(group) <= size or (filled and not sides[name]))
        sides[next(room, "train")].extend(group)
    short = [name for name, rows in sides.items() if len(rows) < MINIMUM_ROWS]
    if short:
        message = f"expected enough different rows to cut {', '.join(names)} from; got {len(groups)}, "
        message += f"which leaves {short[0]} with fewer than {MINIMUM_ROWS}."
        raise DataError(message, hint="give the splits as files: --train F --validation F")
    return {name: sorted(rows) for name, rows in sides.items()}


def _take(split: Split, rows: Sequence[int]) -> Split:
    def of(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(values[row] for row in rows) if values else ()

    return Split(
        texts=tuple(split.texts[row] for row in rows),
        labels=split.labels[list(rows)],
        groups=of(split.groups),
        paths=of(split.paths),
        blocks=of(split.blocks),
    )
