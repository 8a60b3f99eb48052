"""What every source yields: splits of rows, each row one or two texts, or the cells of a table, and a label."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

SplitName = Literal["train", "validation", "test"]
SPLITS: Final[tuple[SplitName, ...]] = ("train", "validation", "test")

TargetKind = Literal["auto", "number", "class", "text"]
"""What the label column holds; ``auto`` looks, and never takes it for texts."""

ColumnKind = Literal["number", "category"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One feature of a table: its name in the header, and what its cells are."""

    name: str
    kind: ColumnKind


@dataclass(frozen=True, kw_only=True)
class SourceRequest:
    """What the user asked for, as given; the loader guesses what is left out and says so.

    :param source: a built-in name (``stsb``), a hub data set (``hf:owner/name``), a file's path, or nothing when
        ``train`` is given.
    :param text: the column of the (first) text.
    :param text_pair: the column of the second text of a pair.
    :param label: the column of the label.
    :param split: the column that names each row's split: train, validation (or dev, val), test.
    :param train: the file of the training split.
    :param validation: the file of the validation split.
    :param test: the file of the test split.
    :param table: whether rows are the cells of a table: every column but the label and the split is a feature.
    :param drop: columns of a table that are no features.
    :param target: whether labels are numbers, names of classes, or texts of their own.
    :param group: the column that says which group a row belongs to, such as the tree that it is filed in.
    :param path: the column of a row's place in a hierarchy, its levels with ``>`` or ``/`` between them.
    :param split_by: the column whose values stay on one side where splits are cut.
    :param seed: for cutting the splits that the source does not have.
    """

    source: str | None
    text: str | None = None
    text_pair: str | None = None
    label: str | None = None
    split: str | None = None
    train: Path | None = None
    validation: Path | None = None
    test: Path | None = None
    table: bool = False
    drop: tuple[str, ...] = ()
    target: TargetKind = "auto"
    group: str | None = None
    path: str | None = None
    split_by: str | None = None
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Split:
    """N rows of S texts each (S is 1, or 2 for pairs), and their labels.

    :param texts: *Shape:* (N, S).
    :param labels: *Shape:* (N,), float64, finite: label units, or the codes of classes or of target texts.
    :param groups: the group of each row, an empty one where it has none. *Shape:* (N,), or nothing where none is known.
    :param paths: its place in a hierarchy, likewise.
    :param blocks: what has to stay on one side when splits are cut, likewise; else rows with the same texts do.
    """

    texts: Sequence[tuple[str, ...]]
    labels: NDArray[np.float64]
    groups: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A named data set, ready to be embedded.

    :param name: what the user called it, e.g. ``stsb``.
    :param fields: the S text columns, e.g. ``("sentence1", "sentence2")``; of a table the one text that is the row.
    :param columns: the features of a table, in the order of the cells in that text; empty for texts.
    :param label: the label column.
    :param origin: where it was read from (a path or a hub id), kept in the workspace.
    :param synthetic: true only for data that prle generated itself.
    :param classes: the name of each class by its code; empty where labels are numbers or texts.
    :param targets: each distinct target text by its code; empty where labels are no texts.
    :param group: the column of the groups, empty where there is none.
    :param path: that of the paths, likewise.
    """

    name: str
    fields: tuple[str, ...]
    label: str
    origin: str
    splits: Mapping[SplitName, Split]
    columns: tuple[Column, ...] = ()
    synthetic: bool = field(default=False)
    classes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    group: str = ""
    path: str = ""
