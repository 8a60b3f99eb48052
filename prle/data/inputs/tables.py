"""Rows of a table to predict on: from a file, a stream, or as somebody types one; cells without a label."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, final

from prle.data.formats.delimited import parse_delimited, split_line
from prle.data.formats.json_lines import as_cell, parse_json_lines, parse_object
from prle.data.inputs.texts import BadLine, require_utf8
from prle.data.row_text import row_text
from prle.data.table import is_number, require_numbers
from prle.errors import DataError, UsageError, nearest, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prle.data.formats.records import Records
    from prle.data.interface import Column
    from prle.observer import Observer


def read_rows(
    source: Path | Iterable[str], columns: Sequence[Column], label: str, *, observer: Observer
) -> list[tuple[str]]:
    """Return each row as the one text that means its cells, in order.

    A file is CSV, TSV, JSON lines or Parquet; a stream is JSON objects, one a line, or CSV with a header. A column that
    is not there is unknown in every row, and others than ``columns`` and ``label`` are passed over; both is said.

    :param columns: the features that the model was fitted on.
    :raises DataError: for what cannot be read, or a cell that is no number where one is expected, named by its line.
    :raises UsageError: where not one of the columns is there.
    """
    if isinstance(source, Path):
        return next(row_blocks(source, columns, label, observer=observer))
    return next(_read_blocks([_from_stream(list(source))], columns, label, observer))


def row_blocks(
    file: Path, columns: Sequence[Column], label: str, *, size: int | None = None, observer: Observer
) -> Iterator[list[tuple[str]]]:
    """Yield the rows of a file, ``size`` at a time, or all of them at once; an empty list where it has none.

    Files, errors and what is said are those of :func:`read_rows`; of columns it is said once for every set that comes.
    """
    # Here, because whoever is asked about one row needs no files.
    from prle.data.formats.files import record_blocks

    return _read_blocks(record_blocks(file, size), columns, label, observer)


def _read_blocks(
    blocks: Iterable[Records], columns: Sequence[Column], label: str, observer: Observer
) -> Iterator[list[tuple[str]]]:
    names = [column.name for column in columns]
    compared: set[tuple[str, ...]] = set()
    for records in blocks:
        if len(records) and records.columns not in compared:
            _compare(records.origin, records.columns, names, label, observer)
            compared.add(records.columns)
        for column in columns:
            if column.kind == "number" and column.name in records.columns:
                require_numbers(records, column.name)
        rows = (dict(zip(records.columns, row, strict=True)) for row in records.rows)
        yield [(row_text(cells, names),) for cells in rows]


def stream_rows(
    lines: Iterable[str], columns: Sequence[Column], label: str, *, observer: Observer
) -> Iterator[tuple[str] | BadLine]:
    """Yield the row of each line as it comes, or what is wrong with it; empty lines are passed over.

    Lines are what :func:`read_rows` takes from a stream, a row each: JSON objects where the first one is one, else CSV
    below a header. What it says of columns is said once for every set of columns that comes.

    :raises DataError: for a header that cannot be read.
    :raises UsageError: where not one of the columns is in it.
    """
    reader: _LineReader | None = None
    for number, line in enumerate(lines, start=1):
        where = f"line {number}"
        if not line.strip(" \r\n"):
            continue
        if reader is None:
            reader = _LineReader(columns, label, observer)
            if not line.lstrip().startswith("{"):
                reader.take_header(line, where)
                continue
        try:
            yield (reader.row(line, where),)
        except (DataError, UsageError) as error:
            yield BadLine(line=number, error=error.message)


def typed_row(words: Sequence[str], columns: Sequence[Column], label: str, *, observer: Observer) -> tuple[str]:
    """Return a row that somebody typed, a JSON object or ``NAME=VALUE`` each, as the one text that means its cells.

    A column that is not given is unknown, which is said; a given label is passed over.

    :raises UsageError: for anything else, a column that there is not, or a cell that is no number where one should be.
    """
    names = [column.name for column in columns]
    cells = _from_object(words[0]) if len(words) == 1 and words[0].lstrip().startswith("{") else _from_pairs(words)
    for name in cells:
        if name not in names and name != label:
            what = "column"
            raise unknown_name(what, name, names)
    unknown = [name for name in names if name not in cells]
    if len(unknown) == len(names):
        message = f"expected a value for at least one of {', '.join(names)}; got none."
        raise UsageError(message)
    for column in columns:
        if column.kind == "number" and not is_number(cell := cells.get(column.name, "")):
            message = f"{column.name}: expected a number, got {cell!r}."
            raise UsageError(message, hint="leave it out, or empty, where it is not known")
    _note_unknown(unknown, observer)
    return (row_text(cells, names),)


def _from_stream(lines: list[str]) -> Records:
    first = next((line for line in lines if line.strip()), "")
    if first.lstrip().startswith("{"):
        return parse_json_lines("".join(lines), origin="input")
    return parse_delimited("".join(lines), delimiter="\t" if "\t" in first else ",", origin="input")


@final
class _LineReader:
    """Reads rows line by line: cells below a header, once it has taken one, else JSON objects."""

    def __init__(self, columns: Sequence[Column], label: str, observer: Observer) -> None:
        self._columns, self._label, self._observer = columns, label, observer
        self._names = [column.name for column in columns]
        self._header: tuple[str, ...] = ()
        self._delimiter = ","
        self._compared: set[tuple[str, ...]] = set()

    def take_header(self, line: str, where: str) -> None:
        """Read the line that names the columns of those that follow."""
        require_utf8(line, where)
        self._delimiter = "\t" if "\t" in line else ","
        self._header = parse_delimited(line, delimiter=self._delimiter, origin=where).columns
        self._compare(self._header, where)

    def row(self, line: str, where: str) -> str:
        """Return the row of a line as the one text that means its cells."""
        require_utf8(line, where)
        cells = self._cells(line, where)
        self._compare(tuple(cells), where)
        for column in self._columns:
            if column.kind == "number" and not is_number(cell := cells.get(column.name, "")):
                message = f"{where}: expected a number in {column.name!r}, got {cell!r}."
                raise DataError(message)
        return row_text(cells, self._names)

    def _cells(self, line: str, where: str) -> Mapping[str, str]:
        if not self._header:
            return {name: as_cell(value) for name, value in parse_object(line, where).items()}
        cells = split_line(line, delimiter=self._delimiter, where=where)
        if len(cells) != len(self._header):
            message = f"{where} has {len(cells)} cells; the header has {len(self._header)}."
            raise DataError(message)
        return dict(zip(self._header, cells, strict=True))

    def _compare(self, given: tuple[str, ...], where: str) -> None:
        if given not in self._compared:
            _compare(where, given, self._names, self._label, self._observer)
            self._compared.add(given)


def _compare(origin: str, given: Sequence[str], columns: Sequence[str], label: str, observer: Observer) -> None:
    """Say which columns are not there, and which are not needed."""
    unknown = [name for name in columns if name not in given]
    others = [name for name in given if name not in columns and name != label]
    if len(unknown) == len(columns):
        message = f"{origin}: expected columns {', '.join(columns)}; got {', '.join(given) or 'none'}."
        raise UsageError(
            message, hint="a stream is JSON objects, one a line, or CSV whose first line names the columns"
        )
    _note_unknown(unknown, observer, others)
    if others:
        observer.note(f"{origin}: columns that the model does not know: {', '.join(others)}.")


def _note_unknown(unknown: Sequence[str], observer: Observer, others: Sequence[str] = ()) -> None:
    if unknown:
        near = [f"{other} for {name}" for name in unknown if (other := nearest(name, others))]
        meant = f" Is it {', '.join(near)}?" if near else ""
        observer.note(f"taken as unknown, since not given: {', '.join(unknown)}.{meant}")


def _from_object(text: str) -> dict[str, str]:
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"expected a JSON object, got {text[:40]!r} ({error})."
        raise UsageError(message) from error
    if not isinstance(entry, dict):
        message = f"expected a JSON object, got {type(entry).__name__}."
        raise UsageError(message)
    return {name: as_cell(value) for name, value in entry.items()}


def _from_pairs(words: Iterable[str]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for word in words:
        name, separator, cell = word.partition("=")
        if not separator:
            message = f"expected a row of a table as NAME=VALUE for each column, or as one JSON object; got {word!r}."
            raise UsageError(message, hint="for example `prle explain age=39 workclass=Private`")
        if name.strip() in cells:
            message = f"{name.strip()}: expected one value, got several."
            raise UsageError(message)
        cells[name.strip()] = cell
    return cells
