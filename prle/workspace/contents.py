"""What of a data set goes into a workspace: each distinct text once, and rows that point at them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.packed_texts import pack
from prle.data.interface import SPLITS
from prle.data.text_rows import TextRows, shared, text_rows
from prle.errors import DataError
from prle.workspace.files.tree import as_bytes, canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.arrays.packed_texts import PackedTexts
    from prle.data.interface import Dataset, Split, SplitName


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What rows share by name: the groups, or the paths, that they belong to.

    :param names: by code.
    :param codes: of the rows of each split. *Shape:* (N,) each.
    """

    names: PackedTexts
    codes: Mapping[SplitName, NDArray[np.int64]]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Texts, for each split the text ids of its rows (N, S) and its labels (N,), and the names of classes by code.

    :param targets: the distinct target texts by code; None where labels are no texts.
    :param groups: the groups of rows; None where none is known.
    :param paths: their paths, likewise.
    """

    texts: PackedTexts
    rows: Mapping[SplitName, NDArray[np.int64]]
    labels: Mapping[SplitName, NDArray[np.float64]]
    classes: tuple[str, ...] = ()
    targets: PackedTexts | None = None
    groups: Marks | None = None
    paths: Marks | None = None

    @cached_property
    def texts_identity(self) -> str:
        """SHA-256 of the distinct texts in their order."""
        return identity_of(self.texts)

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
        if self.targets is not None:
            digest.update(identity_of(self.targets).encode("ascii"))
        for marks in (self.groups, self.paths):
            if marks is not None:
                digest.update(identity_of(marks.names).encode("ascii"))
                digest.update(b"".join(bytes(as_bytes(codes)) for codes in marks.codes.values()))
        return digest.hexdigest()

    def locate(self, text: int) -> str:
        """Return the first row that uses the text with that id, e.g. ``train row 12``."""
        for name, rows in self.rows.items():
            using = np.flatnonzero((rows == text).any(axis=1))
            if len(using):
                return f"{name} row {using[0]}"
        message = f"no row uses text {text}"
        raise ValueError(message)


def identity_of(texts: PackedTexts) -> str:
    """Return the SHA-256 of texts in their order."""
    digest = hashlib.sha256(as_bytes(texts.offsets))
    digest.update(as_bytes(texts.data))
    return digest.hexdigest()


def contents_of(dataset: Dataset) -> Contents:
    """Return the contents of ``dataset``, its distinct texts numbered from the longest to the shortest.

    Texts of like length share a batch without padding, and a batch that does not fit the memory is met first. The order
    does not depend on splits, so the same texts cut in another way keep their vectors.

    :raises DataError: when there is no row, a row has another number of texts than the data set has fields, a label is
        not finite, or a text is not valid Unicode.
    """
    splits = {name: dataset.splits[name] for name in SPLITS if name in dataset.splits}
    if not any(len(split) for split in splits.values()):
        message = f"{dataset.name}: expected at least one row, got none."
        raise DataError(message, hint=f"look at the source: {dataset.origin}")
    for name, split in splits.items():
        _check_labels(name, split.labels, len(split))
    known = [_text_rows(name, split, dataset) for name, split in splits.items()]
    rows = dict(zip(splits, shared(known), strict=True))
    for code, text in enumerate(dataset.targets):
        _check_text(f"{dataset.label}, text {code}", text)
    return Contents(
        texts=next(iter(rows.values())).texts,
        rows={name: of.ids for name, of in rows.items()},
        labels={name: np.asarray(split.labels, np.float64) for name, split in splits.items()},
        classes=dataset.classes,
        targets=pack(dataset.targets) if dataset.targets else None,
        groups=_marks({name: split.groups for name, split in splits.items()}) if dataset.group else None,
        paths=_marks({name: split.paths for name, split in splits.items()}) if dataset.path else None,
    )


def _marks(cells: Mapping[SplitName, tuple[str, ...]]) -> Marks:
    """Return the distinct names in the order in which they are met, and the code of each cell."""
    names = {name: code for code, name in enumerate(dict.fromkeys(cell for of in cells.values() for cell in of))}
    codes = {split: np.array([names[cell] for cell in of], np.int64) for split, of in cells.items()}
    return Marks(names=pack(names), codes=codes)


def _text_rows(name: SplitName, split: Split, dataset: Dataset) -> TextRows:
    """Return the texts of a split, each of its rows with one for every field."""
    width = len(dataset.fields)
    if isinstance(split.texts, TextRows) and split.texts.ids.shape[1] == width:
        return split.texts
    for number, row in enumerate(split.texts):
        if len(row) != width:
            message = f"{name} row {number}: expected {width} texts, got {len(row)}."
            raise DataError(message)
        for field, text in zip(dataset.fields, row, strict=True):
            _check_text(f"{name} row {number}, {field}", text)
    return text_rows(split.texts, width)


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
