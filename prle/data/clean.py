"""The counted checks between what a file holds and what can be learnt from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from prle.data.columns import parse_number
from prle.data.interface import Split
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prle.data.interface import SplitName
    from prle.data.records import Columns, Records
    from prle.observer import Observer

MINIMUM_ROWS = 2
"""A mean needs one row; whether anything varies needs two."""


def clean(records: Records, columns: Columns, observer: Observer) -> Split:
    """Return the rows that have both texts and a finite label; count the others in one warning each.

    :raises DataError: a label that is not a number, named by its row.
    """
    fields = tuple(zip(*(records.column(name) for name in columns.fields), strict=True))
    labels = [_label(records, columns.label, row, cell) for row, cell in enumerate(records.column(columns.label))]
    empty = [row for row, texts in enumerate(fields) if not all(text.strip() for text in texts)]
    unlabelled = sorted({row for row, label in enumerate(labels) if not math.isfinite(label)} - set(empty))
    _warn_dropped(records, empty, f"without {' or '.join(columns.fields)}", observer)
    _warn_dropped(records, unlabelled, f"without a finite {columns.label}", observer)
    kept = sorted(set(range(len(records))) - {*empty, *unlabelled})
    return Split(
        texts=tuple(fields[row] for row in kept),
        labels=np.array([labels[row] for row in kept], dtype=np.float64),
    )


def check_splits(splits: Mapping[SplitName, Split], label: str, observer: Observer) -> None:
    """Refuse what cannot be fitted, warn of what makes its scores untrue.

    :raises DataError: fewer than two rows to train or validate on, or training labels that are all the same.
    """
    for name in ("train", "validation"):
        rows = len(splits[name])
        if rows < MINIMUM_ROWS:
            message = f"{name}: expected at least {MINIMUM_ROWS} usable rows, got {rows}."
            raise DataError(message)
    for name, split in splits.items():
        if len(split) and np.all(split.labels == split.labels[0]):
            if name == "train":
                message = f"train: expected labels that vary; every {label} is {split.labels[0]:g}."
                raise DataError(message, hint="name another column with --label")
            observer.warn(f"{name}: every {label} is {split.labels[0]:g}; no correlation can be measured there.")
    _note_conflicts(splits["train"], observer)
    _warn_overlap(splits, observer)


def row_key(texts: Sequence[str]) -> tuple[str, ...]:
    """Return what two rows share when they say the same; the order of a pair does not matter."""
    return tuple(sorted(texts))


def _label(records: Records, column: str, row: int, cell: str) -> float:
    number = parse_number(cell)
    if number is None:
        message = f"{records.origin}: {records.place(row)}: expected a number in {column!r}, got {cell!r}."
        raise DataError(message, hint="name a numeric column with --label")
    return number


def _warn_dropped(records: Records, rows: Sequence[int], what: str, observer: Observer) -> None:
    if rows:
        counted = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
        observer.warn(f"{records.origin}: dropped {counted} {what} (first: {records.place(rows[0])}).")


def _note_conflicts(train: Split, observer: Observer) -> None:
    seen: dict[tuple[str, ...], set[float]] = {}
    for texts, label in zip(train.texts, train.labels.tolist(), strict=True):
        seen.setdefault(row_key(texts), set()).add(label)
    conflicts = sum(len(labels) > 1 for labels in seen.values())
    if conflicts:
        observer.note(f"train: inputs repeated with different labels: {conflicts}; all are kept.")


def _warn_overlap(splits: Mapping[SplitName, Split], observer: Observer) -> None:
    train = {row_key(texts) for texts in splits["train"].texts}
    for name, split in splits.items():
        shared = sum(row_key(texts) in train for texts in split.texts)
        if shared and name != "train":
            observer.warn(f"{name}: {shared} of {len(split)} rows are also in train; scores there are a little high.")
