"""JSON lines to records: one object a line, the columns in order of first appearance."""

from __future__ import annotations

import json
from array import array
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from prle.arrays.packed_texts import Packing
from prle.data.formats.records import Records
from prle.data.text_rows import TextRows
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def parse_json_lines(text: str, *, origin: str) -> Records:
    """Return the objects of a JSON lines text as rows; blank lines are skipped, absent keys are empty cells.

    :raises DataError: a line that is not a JSON object, or text that no UTF-8 file can hold, named by its line.
    """
    return next(json_records([text], origin=origin))


def json_records(text: Iterable[str], *, origin: str, size: int | None = None) -> Iterator[Records]:
    """Yield the rows of such a text ``size`` at a time, each time with the columns that they have, or all at once.

    :param text: in parts that end where a line does.
    :raises DataError: as :func:`parse_json_lines`, once it gets there.
    """
    every = (line for part in text for line in part.removesuffix("\n").split("\n"))
    lines = ((number, line) for number, line in enumerate(every, start=1) if line.strip())
    first = True
    while True:
        records = _filled(islice(lines, size), origin)
        if first or len(records):
            yield records
        if size is None or len(records) < size:
            return
        first = False


def _filled(lines: Iterable[tuple[int, str]], origin: str) -> Records:
    """Return the objects of these lines as a table; columns are met while its rows are."""
    cells, places = Packing(), array("q")
    columns: dict[str, array[int]] = {}
    cells.add("")  # what every row has in a column that its object does not name
    for line, content in lines:
        for name, value in parse_object(content, f"{origin}: line {line}").items():
            column = columns.setdefault(name, array("q"))
            column.extend([0] * (len(places) - len(column)))
            column.append(len(cells))
            cells.add(as_cell(value))
        places.append(line)
    ids = np.zeros((len(places), len(columns)), np.int64)
    for position, column in enumerate(columns.values()):
        ids[: len(column), position] = column
    rows = TextRows(cells.packed(), ids)
    return Records(origin=origin, columns=tuple(columns), rows=rows, places=np.frombuffer(places, np.int64))


def as_cell(value: Any) -> str:
    """Return a value as the text of a cell: nothing for null, numbers so that they read back exactly."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float | list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def parse_object(content: str, where: str) -> dict[str, Any]:
    """Return the JSON object of one line.

    :param where: names the line in messages.
    :raises DataError: where it is something else, or holds text that no UTF-8 file can.
    """
    try:
        entry = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"{where} is not JSON ({error})."
        raise DataError(message, hint='one object a line, e.g. {"text": "Good.", "label": 4}') from error
    if not isinstance(entry, dict):
        message = f"{where}: expected a JSON object, got {type(entry).__name__}."
        raise DataError(message)
    if "\\u" in content:
        _refuse_half_characters(entry, where)
    return entry


def _refuse_half_characters(entry: dict[str, Any], where: str) -> None:
    """JSON can spell half of a surrogate pair, which is no character and cannot be stored as UTF-8."""
    for key, value in entry.items():
        try:
            f"{key}{as_cell(value)}".encode()
        except UnicodeEncodeError as error:
            message = f"{where}: {key!r} holds half of a surrogate pair ({error.reason})."
            raise DataError(message) from error
