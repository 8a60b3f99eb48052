"""Rows as they stand in a source, before anything is known about their columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prle.data.interface import SplitName, TargetKind


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
    rows: tuple[tuple[str, ...], ...]
    places: tuple[int, ...]
    unit: Literal["line", "row"] = "line"

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Where each column is, from 0."""
        return {name: position for position, name in enumerate(self.columns)}

    def column(self, name: str) -> tuple[str, ...]:
        """Return the N cells of one column."""
        position = self.positions[name]
        return tuple(row[position] for row in self.rows)

    def place(self, row: int) -> str:
        """Say where row ``row`` (from 0) stands, e.g. ``line 7``."""
        return f"{self.unit} {self.places[row]}"

    def take(self, rows: Iterable[int], origin: str) -> Records:
        """Return the chosen rows (from 0), in the order given, as a table of their own."""
        chosen = tuple(rows)
        return Records(
            origin=origin,
            columns=self.columns,
            rows=tuple(self.rows[row] for row in chosen),
            places=tuple(self.places[row] for row in chosen),
            unit=self.unit,
        )


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
