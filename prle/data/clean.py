"""The counted checks between what a file holds and what can be learnt from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.data.formats.records import Beside
from prle.data.interface import Split
from prle.data.labels import NUMBERS, listed
from prle.data.text_rows import row_keys
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.data.formats.records import Columns, Records
    from prle.data.interface import SplitName
    from prle.data.labels import Labelling
    from prle.observer import Observer

MINIMUM_ROWS = 2
"""A mean needs one row; whether anything varies needs two."""


def clean(
    records: Records,
    columns: Columns,
    observer: Observer,
    *,
    labelling: Labelling = NUMBERS,
    beside: Beside | None = None,
) -> Split:
    """Return the rows that have both texts and a finite label; count the others in one warning each.

    :param beside: what else is kept of a row.

    :raises DataError: a label that cannot be read, named by its row.
    """
    texts = records.texts(columns.fields)
    labels = labelling.read(records, columns.label)
    empty = np.zeros(len(records), bool)
    for position in range(len(columns.fields)):
        empty |= np.fromiter((not text.strip() for text in texts.column(position)), bool, len(records))
    unlabelled = ~np.isfinite(labels) & ~empty
    _warn_dropped(records, empty, f"without {' or '.join(columns.fields)}", observer)
    what = "class in" if labelling.classes else "text in" if labelling.targets else "finite"
    _warn_dropped(records, unlabelled, f"without a {what} {columns.label}", observer)
    kept = np.flatnonzero(~empty & ~unlabelled)
    beside = beside or Beside()
    return Split(
        texts=texts.take(kept),
        labels=labels[kept],
        groups=_names(records, beside.group, kept),
        paths=_names(records, beside.path, kept),
        blocks=_names(records, beside.split_by, kept),
    )


def _names(records: Records, column: str | None, rows: NDArray[np.int64]) -> tuple[str, ...]:
    """Return the cells of a column that says what rows share, those alike as one object; nothing without a column."""
    if column is None:
        return ()
    met: dict[str, str] = {}
    cells = map(str.strip, records.texts([column]).take(rows).column(0))
    return tuple(met.setdefault(cell, cell) for cell in cells)


def check_splits(
    splits: Mapping[SplitName, Split], label: str, observer: Observer, *, labelling: Labelling = NUMBERS
) -> None:
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
            _refuse_the_same(name, split, label, labelling, observer)
    if labelling.classes:
        _warn_unseen(splits, labelling.classes, observer)
    if labelling.targets:
        _note_unseen(splits, label, observer)
    keys = dict(zip(splits, row_keys([split.texts for split in splits.values()]), strict=True))
    _note_conflicts(splits["train"], keys["train"], observer)
    _warn_overlap(keys, observer)


def _refuse_the_same(name: SplitName, split: Split, label: str, labelling: Labelling, observer: Observer) -> None:
    """Refuse training labels that are all the same; warn of others, where nothing can be measured then."""
    names = labelling.classes or labelling.targets
    only = names[int(split.labels[0])] if names else f"{split.labels[0]:g}"
    if name == "train":
        message = f"train: expected labels that vary; every {label} is {only}."
        raise DataError(message, hint="name another column with --label")
    if not labelling.targets:
        lost = "AUC" if labelling.classes else "correlation"
        observer.warn(f"{name}: every {label} is {only}; no {lost} can be measured there.")


def _warn_dropped(records: Records, dropped: NDArray[np.bool_], what: str, observer: Observer) -> None:
    rows = np.flatnonzero(dropped)
    if len(rows):
        counted = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
        observer.warn(f"{records.origin}: dropped {counted} {what} (first: {records.place(int(rows[0]))}).")


def _warn_unseen(splits: Mapping[SplitName, Split], classes: Sequence[str], observer: Observer) -> None:
    """Name the classes that no training row has: rows of theirs can only be predicted wrongly."""
    for name, split in splits.items():
        unseen = _not_in_train(splits, split)
        if len(unseen):
            names = listed(classes[int(label)] for label in np.unique(unseen))
            counted = f"{len(unseen)} row{'s' * (len(unseen) > 1)}"
            observer.warn(f"{name}: {counted} of classes that train does not have ({names}) can only be wrong.")


def _note_unseen(splits: Mapping[SplitName, Split], label: str, observer: Observer) -> None:
    """Say how many rows ask for a text that no training row has: they show what is learnt of texts as such."""
    for name, split in splits.items():
        unseen = len(_not_in_train(splits, split))
        if unseen:
            observer.note(f"{name}: {unseen} of {len(split)} rows ask for texts of {label!r} that train does not have.")


def _not_in_train(splits: Mapping[SplitName, Split], split: Split) -> NDArray[np.float64]:
    """Return the labels of rows that no training row has."""
    return split.labels[~np.isin(split.labels, splits["train"].labels)]


def _note_conflicts(train: Split, keys: NDArray[np.int64], observer: Observer) -> None:
    order = np.lexsort((train.labels, keys))
    said, labels = keys[order], train.labels[order]
    differing = said[1:][(said[1:] == said[:-1]) & (labels[1:] != labels[:-1])]
    if len(differing):
        conflicts = len(np.unique(differing))
        observer.note(f"train: inputs repeated with different labels: {conflicts}; all are kept.")


def _warn_overlap(keys: Mapping[SplitName, NDArray[np.int64]], observer: Observer) -> None:
    for name, own in keys.items():
        shared = int(np.isin(own, keys["train"]).sum())
        if shared and name != "train":
            observer.warn(f"{name}: {shared} of {len(own)} rows are also in train; scores there are a little high.")
