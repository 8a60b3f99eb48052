"""What of a data set goes into a workspace: each distinct text once, and rows that point at them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from prle.data.interface import SPLITS
from prle.errors import DataError
from prle.workspace.texts import pack
from prle.workspace.tree import as_bytes, canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from prle.data.interface import Dataset, SplitName
    from prle.workspace.texts import PackedTexts


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Texts, for each split the text ids of its rows (N, S) and its labels (N,), and the names of classes by code."""

    texts: PackedTexts
    rows: Mapping[SplitName, NDArray[np.int64]]
    labels: Mapping[SplitName, NDArray[np.float64]]
    classes: tuple[str, ...] = ()

    @cached_property
    def texts_identity(self) -> str:
        """SHA-256 of the distinct texts in their order."""
        digest = hashlib.sha256(as_bytes(self.texts.offsets))
        digest.update(as_bytes(self.texts.data))
        return digest.hexdigest()

    @cached_property
    def source(self) -> str:
        """SHA-256 of everything here: what the texts and the splits of a workspace were made from."""
        digest = hashlib.sha256(self.texts_identity.encode("ascii"))
        for name in self.rows:
            rows, labels = self.rows[name], self.labels[name]
            digest.update(canonical([name, rows.shape]))
            digest.update(as_bytes(rows))
            digest.update(as_bytes(labels))
        if self.classes:
            digest.update(canonical(self.classes))
        return digest.hexdigest()

    def locate(self, text: int) -> str:
        """Return the first row that uses the text with that id, e.g. ``train row 12``."""
        for name, rows in self.rows.items():
            using = np.flatnonzero((rows == text).any(axis=1))
            if len(using):
                return f"{name} row {using[0]}"
        message = f"no row uses text {text}"
        raise ValueError(message)


def contents_of(dataset: Dataset) -> Contents:
    """Return the contents of ``dataset``, its distinct texts numbered from the longest to the shortest.

    Texts of like length share a batch without padding, and a batch that does not fit the memory is met first.

    :raises DataError: when there is no row, a row has another number of texts than the data set has fields, a label is
        not finite, or a text is not valid Unicode.
    """
    splits = {name: dataset.splits[name] for name in SPLITS if name in dataset.splits}
    if not any(len(split) for split in splits.values()):
        message = f"{dataset.name}: expected at least one row, got none."
        raise DataError(message, hint=f"look at the source: {dataset.origin}")
    for name, split in splits.items():
        _check_labels(name, split.labels, len(split))
    first_seen = dict.fromkeys(text for _, text in _cells(dataset))
    ordered = sorted(first_seen, key=len, reverse=True)
    ids = {text: number for number, text in enumerate(ordered)}
    width = len(dataset.fields)
    return Contents(
        texts=pack(ordered),
        rows={
            name: np.array([[ids[text] for text in row] for row in split.texts], np.int64).reshape(len(split), width)
            for name, split in splits.items()
        },
        labels={name: np.asarray(split.labels, np.float64) for name, split in splits.items()},
        classes=dataset.classes,
    )


def _cells(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Yield where each text is, and the text, in the order of the splits."""
    for name in SPLITS:
        if name not in dataset.splits:
            continue
        for number, row in enumerate(dataset.splits[name].texts):
            if len(row) != len(dataset.fields):
                message = f"{name} row {number}: expected {len(dataset.fields)} texts, got {len(row)}."
                raise DataError(message)
            for field, text in zip(dataset.fields, row, strict=True):
                _check_text(f"{name} row {number}, {field}", text)
                yield name, text


def _check_text(where: str, text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"{where}: not valid Unicode, half a surrogate pair at character {error.start}."
        raise DataError(message, hint="save the source as UTF-8, or drop that character") from None


def _check_labels(name: str, labels: NDArray[np.float64], rows: int) -> None:
    if labels.shape != (rows,):
        message = f"{name}: expected {rows} labels, got an array of shape {labels.shape}."
        raise DataError(message)
    wrong = np.flatnonzero(~np.isfinite(labels))
    if len(wrong):
        message = f"{name} row {wrong[0]}: expected a finite label, got {labels[wrong[0]]}."
        raise DataError(message)
