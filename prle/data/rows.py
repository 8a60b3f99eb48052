"""Rows to predict on: texts without labels, from a file or a stream of lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from prle.data.columns import require_column
from prle.data.decoding import read_text
from prle.data.files import format_of, read_records
from prle.data.json_lines import parse_json_lines
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prle.data.records import Records


def read_texts(source: Path | Iterable[str], fields: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the texts of each row, in order.

    A CSV, TSV, JSON lines or Parquet file must have the columns ``fields``. A ``.txt`` file and a stream have no
    header: a row a line, with a tab between the texts of a pair. A stream whose first line is a JSON object with the
    columns ``fields`` is read as JSON lines.

    :param fields: the S text columns that the model was fitted on.
    :returns: one tuple of S texts a row.
    :raises DataError: a row with an empty or missing text, named by its line; nothing is dropped, so that
        predictions line up with rows.
    :raises UsageError: a column that is not there.
    """
    if isinstance(source, Path):
        if format_of(source) == ".txt":
            return _from_lines(read_text(source).split("\n"), fields, source.name)
        return _from_records(read_records(source), fields)
    lines = list(source)
    if lines and _is_object(lines[0], fields):
        return _from_records(parse_json_lines("".join(lines), origin="input"), fields)
    return _from_lines(lines, fields, "input")


def _is_object(line: str, fields: tuple[str, ...]) -> bool:
    """Tell a JSON object that has the fields from a text that happens to begin with a brace."""
    if not line.lstrip().startswith("{"):
        return False
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(entry, dict) and all(name in entry for name in fields)


def _from_records(records: Records, fields: tuple[str, ...]) -> list[tuple[str, ...]]:
    for name in fields:
        require_column(records, "text", name)
    rows = list(zip(*(records.column(name) for name in fields), strict=True))
    for row, texts in enumerate(rows):
        _require_texts(texts, f"{records.origin}: {records.place(row)}")
    return rows


def _from_lines(lines: Iterable[str], fields: tuple[str, ...], origin: str) -> list[tuple[str, ...]]:
    stripped = [line.rstrip("\r\n") for line in lines]
    while stripped and not stripped[-1].strip():
        stripped.pop()
    rows = []
    for line, content in enumerate(stripped, start=1):
        texts = tuple(content.split("\t")) if len(fields) > 1 else (content,)
        if len(texts) != len(fields):
            message = f"{origin}: line {line}: expected {len(fields)} texts with a tab between them, got {len(texts)}."
            raise DataError(message)
        _require_texts(texts, f"{origin}: line {line}")
        rows.append(texts)
    return rows


def _require_texts(texts: tuple[str, ...], where: str) -> None:
    if not all(text.strip() for text in texts):
        message = f"{where}: expected a text, got an empty one."
        raise DataError(message)
