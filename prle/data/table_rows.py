"""Rows of a table to predict on: from a file, a stream, or as somebody types one; cells without a label."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from prle.data.delimited import parse_delimited
from prle.data.files import read_records
from prle.data.json_lines import as_cell, parse_json_lines
from prle.data.row_text import row_text
from prle.data.table import is_number, require_numbers
from prle.errors import UsageError, nearest, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prle.data.interface import Column
    from prle.data.records import Records
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
    records = read_records(source) if isinstance(source, Path) else _from_stream(list(source))
    if not len(records):
        return []
    names = [column.name for column in columns]
    _compare(records, names, label, observer)
    for column in columns:
        if column.kind == "number" and column.name in records.columns:
            require_numbers(records, column.name)
    rows = (dict(zip(records.columns, row, strict=True)) for row in records.rows)
    return [(row_text(cells, names),) for cells in rows]


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


def _compare(records: Records, columns: Sequence[str], label: str, observer: Observer) -> None:
    """Say which columns are not there, and which are not needed."""
    unknown = [name for name in columns if name not in records.columns]
    others = [name for name in records.columns if name not in columns and name != label]
    if len(unknown) == len(columns):
        message = f"{records.origin}: expected columns {', '.join(columns)}; got {', '.join(records.columns)}."
        raise UsageError(
            message, hint="a stream is JSON objects, one a line, or CSV whose first line names the columns"
        )
    _note_unknown(unknown, observer, others)
    if others:
        observer.note(f"{records.origin}: columns that the model does not know: {', '.join(others)}.")


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
