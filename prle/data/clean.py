"""The counted checks between what a file holds and what can be learnt from."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from prle.data.interface import Split
from prle.data.labels import NUMBERS, listed
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prle.data.interface import SplitName
    from prle.data.labels import Labelling
    from prle.data.records import Columns, Records
    from prle.observer import Observer

MINIMUM_ROWS = 2
"""A mean needs one row; whether anything varies needs two."""


def clean(records: Records, columns: Columns, observer: Observer, *, labelling: Labelling = NUMBERS) -> Split:
    """Return the rows that have both texts and a finite label; count the others in one warning each.

    :raises DataError: a label that cannot be read, named by its row.
    """
    fields = tuple(zip(*(records.column(name) for name in columns.fields), strict=True))
    labels = labelling.read(records, columns.label)
    empty = [row for row, texts in enumerate(fields) if not all(text.strip() for text in texts)]
    unlabelled = sorted({row for row, label in enumerate(labels) if not math.isfinite(label)} - set(empty))
    _warn_dropped(records, empty, f"without {' or '.join(columns.fields)}", observer)
    what = "class in" if labelling.classes else "finite"
    _warn_dropped(records, unlabelled, f"without a {what} {columns.label}", observer)
    kept = sorted(set(range(len(records))) - {*empty, *unlabelled})
    return Split(
        texts=tuple(fields[row] for row in kept),
        labels=np.array([labels[row] for row in kept], dtype=np.float64),
    )


def check_splits(
    splits: Mapping[SplitName, Split], label: str, observer: Observer, *, classes: Sequence[str] = ()
) -> None:
    """Refuse what cannot be fitted, warn of what makes its scores untrue.

    :param classes: names by code; empty where labels are numbers.
    :raises DataError: fewer than two rows to train or validate on, or training labels that are all the same.
    """
    for name in ("train", "validation"):
        rows = len(splits[name])
        if rows < MINIMUM_ROWS:
            message = f"{name}: expected at least {MINIMUM_ROWS} usable rows, got {rows}."
            raise DataError(message)
    for name, split in splits.items():
        if len(split) and np.all(split.labels == split.labels[0]):
            only = classes[int(split.labels[0])] if classes else f"{split.labels[0]:g}"
            if name == "train":
                message = f"train: expected labels that vary; every {label} is {only}."
                raise DataError(message, hint="name another column with --label")
            lost = "AUC" if classes else "correlation"
            observer.warn(f"{name}: every {label} is {only}; no {lost} can be measured there.")
    if classes:
        _warn_unseen(splits, classes, observer)
    _note_conflicts(splits["train"], observer)
    _warn_overlap(splits, observer)


def row_key(texts: Sequence[str]) -> tuple[str, ...]:
    """Return what two rows share when they say the same; the order of a pair does not matter."""
    return tuple(sorted(texts))


def _warn_dropped(records: Records, rows: Sequence[int], what: str, observer: Observer) -> None:
    if rows:
        counted = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
        observer.warn(f"{records.origin}: dropped {counted} {what} (first: {records.place(rows[0])}).")


def _warn_unseen(splits: Mapping[SplitName, Split], classes: Sequence[str], observer: Observer) -> None:
    """Name the classes that no training row has: rows of theirs can only be predicted wrongly."""
    trained = set(splits["train"].labels.tolist())
    for name, split in splits.items():
        unseen = Counter(label for label in split.labels.tolist() if label not in trained)
        if unseen:
            names = listed(classes[int(label)] for label in sorted(unseen))
            counted = f"{unseen.total()} row{'s' * (unseen.total() > 1)}"
            observer.warn(f"{name}: {counted} of classes that train does not have ({names}) can only be wrong.")


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
