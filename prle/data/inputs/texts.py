"""Rows to predict on: texts without labels, from a file or a stream of lines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from prle.data.columns import require_column
from prle.data.formats.json_lines import as_cell, parse_json_lines, parse_object
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prle.data.formats.records import Records


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
        return next(text_blocks(source, fields))
    lines = list(source)
    if lines and _is_object(lines[0], fields):
        return _from_records(parse_json_lines("".join(lines), origin="input"), fields)
    return list(_from_lines(lines, fields, "input"))


def text_blocks(file: Path, fields: tuple[str, ...], size: int | None = None) -> Iterator[list[tuple[str, ...]]]:
    """Yield the texts of each row of a file, ``size`` rows at a time, or all of them; an empty list where it has none.

    Files and errors are those of :func:`read_texts`.
    """
    # Here, because whoever is asked about a text needs no files.
    from prle.data.formats.decoding import text_parts
    from prle.data.formats.files import format_of, record_blocks

    if format_of(file) != ".txt":
        for records in record_blocks(file, size):
            yield _from_records(records, fields)
        return
    every = (line for part in text_parts(file) for line in part.removesuffix("\n").split("\n"))
    rows = _from_lines(every, fields, file.name)
    yield (block := list(islice(rows, size)))
    while size is not None and len(block) == size and (block := list(islice(rows, size))):
        yield block


@dataclass(frozen=True, kw_only=True)
class BadLine:
    """A line of a stream that is no row: its number, from 1, and what is wrong with it."""

    line: int
    error: str


def stream_texts(lines: Iterable[str], fields: tuple[str, ...]) -> Iterator[tuple[str, ...] | BadLine]:
    """Yield the texts of each line as it comes, or what is wrong with it; blank lines are passed over.

    Lines are what :func:`read_texts` takes from a stream: JSON objects where the first one is one, else plain.

    :param fields: the S text columns that the model was fitted on.
    """
    objects = None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if objects is None:
            objects = _is_object(line, fields)
        where = f"line {number}"
        try:
            require_utf8(line, where)
            yield _from_object(line, fields, where) if objects else _from_line(line.rstrip("\r\n"), fields, where)
        except DataError as error:
            yield BadLine(line=number, error=error.message)


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
    rows = list(records.texts(fields))
    for row, texts in enumerate(rows):
        _require_texts(texts, f"{records.origin}: {records.place(row)}")
    return rows


def _from_lines(lines: Iterable[str], fields: tuple[str, ...], origin: str) -> Iterator[tuple[str, ...]]:
    """Yield the texts of each line; blank lines are nothing at the end, and rows without a text anywhere else."""
    blank: list[tuple[int, str]] = []
    for line, content in enumerate((line.rstrip("\r\n") for line in lines), start=1):
        blank.append((line, content))
        if content.strip():
            for number, held in blank:
                yield _from_line(held, fields, f"{origin}: line {number}")
            blank.clear()


def _from_line(content: str, fields: tuple[str, ...], where: str) -> tuple[str, ...]:
    texts = tuple(content.split("\t")) if len(fields) > 1 else (content,)
    if len(texts) != len(fields):
        message = f"{where}: expected {len(fields)} texts with a tab between them, got {len(texts)}."
        raise DataError(message)
    _require_texts(texts, where)
    return texts


def _from_object(content: str, fields: tuple[str, ...], where: str) -> tuple[str, ...]:
    entry = parse_object(content, where)
    if absent := [name for name in fields if name not in entry]:
        message = f"{where}: expected {', '.join(fields)}; {', '.join(absent)} is missing."
        raise DataError(message)
    texts = tuple(as_cell(entry[name]) for name in fields)
    _require_texts(texts, where)
    return texts


def require_utf8(line: str, where: str) -> None:
    """Refuse bytes that were no UTF-8, which a tolerant decoder leaves behind as lone surrogates."""
    try:
        line.encode()
    except UnicodeEncodeError as error:
        message = f"{where}: expected UTF-8, got the byte 0x{ord(line[error.start]) & 0xFF:02x}."
        raise DataError(message) from error


def _require_texts(texts: tuple[str, ...], where: str) -> None:
    if not all(text.strip() for text in texts):
        message = f"{where}: expected a text, got an empty one."
        raise DataError(message)
