"""What the cells of the label column mean: numbers, the names of classes, or texts to be found."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.data.columns import LARGEST_NUMBER, MISSING, parse_number
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from prle.data.formats.records import Records
    from prle.data.interface import SplitName, TargetKind
    from prle.observer import Observer

MOST_CLASSES: Final = 1000
"""More names than this are identifiers or free text, not classes."""

UNNAMED: Final = frozenset({"", "?", "nan"})
"""What stands for "no class" in a cell, in lower case; ``none`` is a name that people do give."""

_LISTED: Final = 5
"""As many names as a warning lists."""


class Labelling(ABC):
    """Turns label cells into numbers; NaN where a row has no label."""

    classes: tuple[str, ...] = ()
    """Names by code; empty where labels are numbers or texts."""
    targets: tuple[str, ...] = ()
    """Distinct texts by code; empty where labels are no texts."""

    def read(self, records: Records, column: str) -> NDArray[np.float64]:
        """Return the label of every row. *Shape:* (N,).

        :raises DataError: a cell that means nothing, named by its row.
        """
        labels = (self._label(records, column, row, cell) for row, cell in enumerate(records.column(column)))
        return np.fromiter(labels, np.float64, len(records))

    @abstractmethod
    def _label(self, records: Records, column: str, row: int, cell: str) -> float:
        """Return the label of one row."""


@final
@dataclass(frozen=True)
class Numbers(Labelling):
    """Cells are numbers, in label units."""

    def _label(self, records: Records, column: str, row: int, cell: str) -> float:
        number = parse_number(cell)
        if number is None:
            message = f"{records.origin}: {records.place(row)}: expected a number in {column!r}, got {cell!r}."
            raise DataError(message, hint="name a numeric column with --label, or use --target class")
        if LARGEST_NUMBER < abs(number) < math.inf:
            message = (
                f"{records.origin}: {records.place(row)}: expected a number up to 1e100 in {column!r}, got {cell!r}."
            )
            raise DataError(message, hint="empty the cell, or measure in other units")
        return number


NUMBERS: Final = Numbers()


@final
@dataclass(frozen=True)
class Classes(Labelling):
    """Cells are names, labels their codes: the place of the name in ``classes``."""

    classes: tuple[str, ...]
    codes: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", {name: code for code, name in enumerate(self.classes)})

    def _label(self, records: Records, column: str, row: int, cell: str) -> float:  # noqa: ARG002
        return self.codes.get(class_name(cell), math.nan)


@final
@dataclass(frozen=True)
class Texts(Labelling):
    """Cells are texts, labels their codes: the place of the text in ``targets``. An empty cell is no label."""

    targets: tuple[str, ...]
    codes: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", {text: code for code, text in enumerate(self.targets)})

    def _label(self, records: Records, column: str, row: int, cell: str) -> float:  # noqa: ARG002
        return self.codes.get(cell.strip(), math.nan)


def choose_labelling(
    tables: Mapping[SplitName, Records], column: str, target: TargetKind, observer: Observer
) -> Labelling:
    """Return how the label column of all splits is read.

    ``auto`` means classes where fewer than half of the training cells that say something are numbers: one word among
    ratings is a mistake to be told, not a class. Names are sorted, as numbers where all of them are; of two classes the
    second is then what most people call the positive one (no, yes; 0, 1; negative, positive).

    :raises DataError: fewer than two classes in train, or more than ``MOST_CLASSES``.
    """
    if target == "text":
        return _texts(tables, column)
    if target == "number" or (target == "auto" and _mostly_numbers(tables["train"].column(column))):
        return NUMBERS
    names = {class_name(cell) for table in tables.values() for cell in table.column(column)} - {""}
    origin = tables["train"].origin
    if len(names) > MOST_CLASSES:
        message = f"{origin}: expected at most {MOST_CLASSES:,} classes in {column!r}, got {len(names):,}."
        raise DataError(message, hint="name another column with --label, or predict a number with --target number")
    trained = {class_name(cell) for cell in tables["train"].column(column)} - {""}
    if len(trained) < 2:
        found = f"only {next(iter(trained))!r}" if trained else "none"
        message = f"{origin}: expected at least two classes in {column!r}, got {found}."
        raise DataError(message, hint="name another column with --label")
    ordered = tuple(sorted(names, key=_place))
    if target == "auto":
        observer.note(f"{origin}: {column} is read as {len(ordered)} classes ({listed(ordered)}).")
    return Classes(ordered)


def _texts(tables: Mapping[SplitName, Records], column: str) -> Texts:
    """Return the distinct target texts of all splits, the longest first: an order that no cut changes.

    :raises DataError: where train has fewer than two.
    """
    met = {cell.strip() for table in tables.values() for cell in table.column(column)} - {""}
    trained = {cell.strip() for cell in tables["train"].column(column)} - {""}
    if len(trained) < 2:
        message = f"{tables['train'].origin}: expected at least two different texts in {column!r}, got {len(trained)}."
        raise DataError(message, hint="name another column with --target")
    return Texts(tuple(sorted(met, key=lambda text: (-len(text), text))))


def class_name(cell: str) -> str:
    """Return the class that a cell names, ``1`` for ``1.0``; an empty string where it names none."""
    name = cell.strip()
    if name.lower() in UNNAMED:
        return ""
    number = parse_number(name)
    return name if number is None or not math.isfinite(number) else f"{number:.15g}"


def listed(names: Iterable[str]) -> str:
    """Return the first few names, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - _LISTED} more" if len(every) > _LISTED else ""
    return ", ".join(every[:_LISTED]) + more


def _place(name: str) -> tuple[bool, float, str]:
    """Return what names are sorted by: numbers by their size, before words."""
    number = parse_number(name)
    return (True, 0.0, name) if number is None or not math.isfinite(number) else (False, number, name)


def _mostly_numbers(cells: Iterable[str]) -> bool:
    """Say whether at least half of the cells with something in them are numbers; an empty column is one of numbers."""
    told = numbers = 0
    for cell in cells:
        if cell.strip().lower() not in MISSING:
            told += 1
            numbers += parse_number(cell) is not None
    return 2 * numbers >= told
