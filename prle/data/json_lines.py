"""JSON lines to records: one object a line, the columns in order of first appearance."""

from __future__ import annotations

import json
from typing import Any

from prle.data.records import Records
from prle.errors import DataError


def parse_json_lines(text: str, *, origin: str) -> Records:
    """Return the objects of a JSON lines text as rows; blank lines are skipped, absent keys are empty cells.

    :raises DataError: a line that is not a JSON object, or text that no UTF-8 file can hold, named by its line.
    """
    objects: list[dict[str, Any]] = []
    places: list[int] = []
    for line, content in enumerate(text.split("\n"), start=1):
        if content.strip():
            objects.append(parse_object(content, f"{origin}: line {line}"))
            places.append(line)
    columns = tuple(dict.fromkeys(key for entry in objects for key in entry))
    rows = tuple(tuple(as_cell(entry.get(key)) for key in columns) for entry in objects)
    return Records(origin=origin, columns=columns, rows=rows, places=tuple(places))


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
