"""CSV and TSV text to records: a header, then rows of exactly as many cells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from prle.data.records import Records
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CELL_LIMIT: Final = 2**24
"""Characters in one cell. The csv module stops at 131,072, which a long document passes."""

_QUOTE_HINT: Final = 'a text that holds quotes or line breaks is quoted, its own quotes doubled: "say ""so"""'


def parse_delimited(text: str, *, delimiter: str, origin: str) -> Records:
    """Return the rows of a delimited text whose first line names the columns; blank lines are skipped.

    :raises DataError: no header, repeated column names, a ragged row, or broken quoting, each named by its line.
    """
    with _wide_cells():
        lines = list(_rows(text, delimiter, origin))
    columns = _column_names(lines[0][1] if lines else [], origin)
    for line, cells in lines[1:]:
        if len(cells) != len(columns):
            message = f"{origin}: line {line} has {len(cells)} cells; the header has {len(columns)}."
            raise DataError(message, hint=_QUOTE_HINT)
    return Records(
        origin=origin,
        columns=columns,
        rows=tuple(tuple(cells) for _, cells in lines[1:]),
        places=tuple(line for line, _ in lines[1:]),
    )


def split_line(line: str, *, delimiter: str, where: str) -> list[str]:
    """Return the cells of one line, which is a whole row.

    :param where: names the line in messages.
    :raises DataError: for broken quoting, a line break inside of quotes included.
    """
    with _wide_cells():
        try:
            (cells,) = csv.reader([line.rstrip("\r\n")], delimiter=delimiter, strict=True)
        except csv.Error as error:
            message = f"{where} cannot be split into cells ({error})."
            raise DataError(message, hint=_QUOTE_HINT) from error
    return cells


def _rows(text: str, delimiter: str, origin: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"{origin}: line {line} cannot be split into cells ({error})."
            raise DataError(message, hint=_QUOTE_HINT) from error
        if cells:
            yield line, cells


def _column_names(header: list[str], origin: str) -> tuple[str, ...]:
    if not header:
        message = f"{origin}: expected a header line that names the columns; the file is empty."
        raise DataError(message)
    columns = tuple(cell.strip() for cell in header)
    repeated = sorted(name for name, count in Counter(columns).items() if count > 1)
    if repeated:
        message = f"{origin}: the header names {repeated[0]!r} more than once."
        raise DataError(message, hint="the first line names the columns; each name once")
    return columns


@contextmanager
def _wide_cells() -> Iterator[None]:
    before = csv.field_size_limit(_CELL_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)
