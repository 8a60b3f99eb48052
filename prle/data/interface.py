"""What every source yields: splits of rows, each row one or two texts and a label."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

SplitName = Literal["train", "validation", "test"]
SPLITS: Final[tuple[SplitName, ...]] = ("train", "validation", "test")

TargetKind = Literal["auto", "number", "class"]
"""What the label column holds; ``auto`` looks."""


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
    :param target: whether labels are numbers or names of classes.
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
    target: TargetKind = "auto"
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Split:
    """N rows of S texts each (S is 1, or 2 for pairs), and their labels.

    :param texts: *Shape:* (N, S), as nested tuples.
    :param labels: *Shape:* (N,), float64, finite: label units, or the codes of classes.
    """

    texts: tuple[tuple[str, ...], ...]
    labels: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A named data set, ready to be embedded.

    :param name: what the user called it, e.g. ``stsb``.
    :param fields: the S text columns, e.g. ``("sentence1", "sentence2")``.
    :param label: the label column.
    :param origin: where it was read from (a path or a hub id), kept in the workspace.
    :param synthetic: true only for data that prle generated itself.
    :param classes: the name of each class by its code; empty where labels are numbers.
    """

    name: str
    fields: tuple[str, ...]
    label: str
    origin: str
    splits: Mapping[SplitName, Split]
    synthetic: bool = field(default=False)
    classes: tuple[str, ...] = ()
