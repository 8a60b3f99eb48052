"""Tables as inputs: which columns are features, what each holds, and rows as one text that keeps their cells.

Kinds are a matter of spelling and are looked up in all rows, so that what cannot be read is named by its line; whatever
is measured (means, categories, bins) is the encoder's business, on training rows alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prle.data.columns import LARGEST_NUMBER, MISSING, guess_label, parse_number, require_column
from prle.data.formats.records import Beside, Filling
from prle.data.interface import Column
from prle.data.row_text import ROW, row_text
from prle.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prle.data.formats.records import Records
    from prle.data.interface import ColumnKind, SourceRequest, SplitName
    from prle.observer import Observer

_DATE: Final = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{2}|\d{4}))([T ].*)?")
"""Days as people write them, with or without a time behind them."""

_MOSTLY: Final = 0.5
"""A column with a larger share of numbers than this is meant to be one of numbers."""


MOST_COLUMNS: Final = 20_000
"""More features than this are no table that a few prototypes can be read in."""


@dataclass(frozen=True, kw_only=True)
class Tabulated:
    """A table whose rows have become one text each.

    :param tables: one a split, with the two columns ``ROW`` and ``label``.
    :param columns: the features, in the order of the cells.
    """

    tables: Mapping[SplitName, Records]
    columns: tuple[Column, ...]
    label: str


def tabulate(
    tables: Mapping[SplitName, Records],
    request: SourceRequest,
    label: str | None,
    ignored: str | None,
    observer: Observer,
) -> Tabulated:
    """Make every column but the label a feature, and every row one text.

    Columns that say nothing are left out aloud: those whose training rows are all the same, and texts of which no two
    are.

    :param label: the label of a source that is known to be a table.
    :param ignored: the column that names the split.
    :raises UsageError: for columns that are not there, or that no feature can be made of.
    :raises DataError: for a cell that does not fit its column, named by its line, or no feature at all.
    """
    train = tables["train"]
    if len(train.columns) > MOST_COLUMNS:
        message = f"{train.origin}: expected at most {MOST_COLUMNS:,} columns in a table, got {len(train.columns):,}."
        raise DataError(message, hint="choose the columns that matter, or project them on fewer, first")
    label = _label(train, request, label, ignored, observer)
    for name in request.drop:
        require_column(train, "--drop", name)
    beside = Beside(group=request.group, path=request.path, split_by=request.split_by).names
    candidates = [name for name in train.columns if name not in {label, ignored, *request.drop, *beside}]
    for table in tables.values():
        for name in (*candidates, label):
            require_column(table, "columns", name)
    kinds = {name: _kind(name, tables) for name in candidates}
    columns = tuple(_tell_rows_apart(train, kinds, observer))
    if not columns:
        message = f"{train.origin}: expected a column to learn from beside {label}, got none."
        raise DataError(message)
    names = [column.name for column in columns]
    kept = tuple(dict.fromkeys((label, *beside)))
    packed = {split: _packed(table, names, kept) for split, table in tables.items()}
    return Tabulated(tables=packed, columns=columns, label=label)


def is_missing(cell: str) -> bool:
    """Say whether a cell stands for "not known"."""
    return cell.strip().lower() in MISSING


def is_number(cell: str) -> bool:
    """Say whether a cell is a number of at most :data:`LARGEST_NUMBER`, or not known."""
    number = parse_number(cell)
    return number is not None and not abs(number) > LARGEST_NUMBER


def require_numbers(table: Records, name: str, *, hint: str = "") -> None:
    """Refuse a column of numbers that has something else in it.

    :param hint: what helps beside emptying the cell.
    :raises DataError: naming the line of the first cell that is no number.
    """
    for row, cell in enumerate(table.column(name)):
        if not is_number(cell):
            message = f"{table.origin}: {table.place(row)}: expected a number in {name!r}, got {cell!r}."
            raise DataError(message, hint=f"leave the cell empty where the number is not known; {hint}".rstrip("; "))


def _label(train: Records, request: SourceRequest, known: str | None, ignored: str | None, observer: Observer) -> str:
    if request.text is not None or request.text_pair is not None:
        message = "--text: expected no text column, all columns of a table are features."
        raise UsageError(message, hint="leave --text out, or --table")
    label = request.label or known
    if label is None:
        label = guess_label(train, taken=(ignored, *request.drop))
        observer.note(f"{train.origin}: label guessed from the header: {label}.")
    require_column(train, "--label", label)
    if label in request.drop:
        message = f"--drop {label}: expected a feature, it is the label."
        raise UsageError(message)
    return label


def _kind(name: str, tables: Mapping[SplitName, Records]) -> ColumnKind:
    """Return what the cells of a column are, from its training rows; refuse rows of any split that do not fit."""
    train = tables["train"]
    told = numbers = dates = 0
    first = ""
    for cell in train.column(name):
        if not is_missing(cell):
            first = first or cell.strip()
            told += 1
            numbers += parse_number(cell) is not None
            dates += _DATE.fullmatch(cell.strip()) is not None
    if told and dates == told:
        message = f"{train.origin}: column {name!r}: expected numbers or categories, got dates ({first!r})."
        raise UsageError(
            message,
            hint=f"turn it into numbers first (year, days since the first one), or leave it out: --drop {name}",
        )
    if numbers <= _MOSTLY * told:
        return "category"
    for table in tables.values():
        require_numbers(table, name, hint=f"or leave the column out: --drop {name}")
    return "number"


def _tell_rows_apart(train: Records, kinds: Mapping[str, ColumnKind], observer: Observer) -> Iterator[Column]:
    """Yield the columns that tell rows apart and together, and say which do not."""
    same, different = [], []
    for name, kind in kinds.items():
        if _all_the_same(map(str.strip, train.column(name)), kind):
            same.append(name)
        elif kind == "category" and _all_different(map(str.strip, train.column(name))):
            different.append(name)
        else:
            yield Column(name=name, kind=kind)
    for left_out, why in ((same, "the same in every row"), (different, "no two rows share a text, as in names or ids")):
        if left_out:
            observer.note(f"{train.origin}: left out, {why}: {', '.join(left_out)}.")


def _all_the_same(cells: Iterable[str], kind: ColumnKind) -> bool:
    values: set[object] = set()
    for cell in cells:
        values.add(None if is_missing(cell) else parse_number(cell) if kind == "number" else cell)
        if len(values) > 1:
            return False
    return True


def _all_different(cells: Iterable[str]) -> bool:
    met: set[str] = set()
    for cell in cells:
        if cell in met:
            return False
        if not is_missing(cell):
            met.add(cell)
    return True


def _packed(table: Records, names: Sequence[str], kept: Sequence[str]) -> Records:
    """Return a table with one text a row in the place of its features, and the columns that are ``kept``."""
    filling = Filling((ROW, *kept))
    for place, row in zip(table.places.tolist(), table.rows, strict=True):
        cells = dict(zip(table.columns, row, strict=True))
        filling.add(place, (row_text(cells, names), *(cells[name] for name in kept)))
    return filling.records(table.origin, table.unit)
