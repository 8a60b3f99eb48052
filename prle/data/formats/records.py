"""Rows as they stand in a source, before anything is known about their columns."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, final

import numpy as np

from prle.arrays.packed_texts import Packing
from prle.data.text_rows import TextRows
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.data.interface import SplitName, TargetKind

Unit = Literal["line", "row"]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which columns of a table are read.

    :param fields: the text columns, one or two.
    :param label: the label column.
    """

    fields: tuple[str, ...]
    label: str


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Which columns say something of a row beside its inputs and its label; None where there is none.

    :param group: its group.
    :param path: its place in a hierarchy.
    :param split_by: what stays on one side when splits are cut.
    """

    group: str | None = None
    path: str | None = None
    split_by: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, each once."""
        named = (self.group, self.path, self.split_by)
        return tuple(dict.fromkeys(name for name in named if name is not None))


@dataclass(frozen=True, kw_only=True)
class Records:
    """One table, every cell as text and ``""`` where the source has nothing.

    :param origin: the file or split that it was read from, for messages.
    :param columns: the C column names, distinct.
    :param rows: *Shape:* (N, C).
    :param places: *Shape:* (N,): where each row begins, counted from 1 in ``unit``.
    :param unit: what ``places`` counts: lines of a text file, or rows of a table.
    """

    origin: str
    columns: tuple[str, ...]
    rows: TextRows
    places: NDArray[np.int64]
    unit: Unit = "line"

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Where each column is, from 0."""
        return {name: position for position, name in enumerate(self.columns)}

    def column(self, name: str) -> Iterator[str]:
        """Yield the N cells of one column."""
        return self.rows.column(self.positions[name])

    def texts(self, names: Sequence[str]) -> TextRows:
        """Return the cells of some columns. *Shape:* (N, S)."""
        return self.rows.columns([self.positions[name] for name in names])

    def place(self, row: int) -> str:
        """Say where row ``row`` (from 0) stands, e.g. ``line 7``."""
        return f"{self.unit} {self.places[row]}"

    def take(self, rows: NDArray[np.int64], origin: str) -> Records:
        """Return the chosen rows (from 0), in the order given, as a table of their own."""
        return Records(
            origin=origin,
            columns=self.columns,
            rows=self.rows.take(rows),
            places=self.places[rows],
            unit=self.unit,
        )


@final
class Filling:
    """A table that grows by a row at a time; its cells are stored end to end as they come.

    :param columns: the C column names, distinct.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)
        self._cells = Packing()
        self._places = array("q")

    def __len__(self) -> int:
        return len(self._places)

    def add(self, place: int, cells: Iterable[str]) -> None:
        """Add the C cells of one row, which begins at that line or row of the source.

        :raises UnicodeEncodeError: for half of a surrogate pair.
        """
        for cell in cells:
            self._cells.add(cell)
        self._places.append(place)

    def records(self, origin: str, unit: Unit = "line") -> Records:
        """Return the rows, to which nothing can be added any more."""
        ids = np.arange(len(self._cells)).reshape(len(self), len(self._columns))
        return Records(
            origin=origin,
            columns=self._columns,
            rows=TextRows(self._cells.packed(), ids),
            places=np.frombuffer(self._places, np.int64),
            unit=unit,
        )


def numbered_records(origin: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Records:
    """Return rows that came from no file, counted from 1.

    :raises DataError: for half of a surrogate pair, which cannot be stored as UTF-8, named by its row.
    """
    filling = Filling(columns)
    for number, row in enumerate(rows, start=1):
        try:
            filling.add(number, row)
        except UnicodeEncodeError as error:
            message = f"{origin}: row {number}: not valid Unicode, half a surrogate pair at character {error.start}."
            raise DataError(message, hint="save the source as UTF-8, or drop that character") from None
    return filling.records(origin, "row")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A source after opening: its tables, and what is already known about them.

    :param tables: one table a split that the source has; a source without splits has only ``train``.
    :param divided: whether the source itself names its splits; one that does not is cut three ways.
    :param columns: the columns of a source whose layout is known; otherwise they are chosen by the user or guessed.
    :param label: the label of a source that is known to be a table, all other columns being features.
    :param target: what labels are where that is known, and nobody says otherwise.
    """

    name: str
    origin: str
    tables: Mapping[SplitName, Records]
    divided: bool
    columns: Columns | None = None
    label: str | None = None
    target: TargetKind = "auto"
    synthetic: bool = False
