"""CSV and TSV text to records: a header, then rows of exactly as many cells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from prle.data.formats.records import Filling
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prle.data.formats.records import Records

_CELL_LIMIT: Final = 2**24
"""Characters in one cell. The csv module stops at 131,072, which a long document passes."""

_QUOTE_HINT: Final = 'a text that holds quotes or line breaks is quoted, its own quotes doubled: "say ""so"""'


def parse_delimited(text: str, *, delimiter: str, origin: str) -> Records:
    """Return the rows of a delimited text whose first line names the columns; blank lines are skipped.

    :raises DataError: no header, repeated column names, a ragged row, or broken quoting, each named by its line.
    """
    return next(delimited_records([text], delimiter=delimiter, origin=origin))


def delimited_records(
    text: Iterable[str], *, delimiter: str, origin: str, size: int | None = None
) -> Iterator[Records]:
    """Yield the rows of such a text ``size`` at a time, or all of them at once; an empty table where there are none.

    :param text: in parts that end where a line does.
    :raises DataError: as :func:`parse_delimited`, once it gets there.
    """
    rows = _rows((line for part in text for line in io.StringIO(part, newline="")), delimiter, origin)
    with _wide_cells():
        columns = _column_names(next(rows, (1, []))[1], origin)
    first = True
    while True:
        with _wide_cells():
            filling = _filled(islice(rows, size), columns, origin)
        if first or len(filling):
            yield filling.records(origin)
        if size is None or len(filling) < size:
            return
        first = False


def _filled(rows: Iterable[tuple[int, list[str]]], columns: tuple[str, ...], origin: str) -> Filling:
    filling = Filling(columns)
    for line, cells in rows:
        if len(cells) != len(columns):
            message = f"{origin}: line {line} has {len(cells)} cells; the header has {len(columns)}."
            raise DataError(message, hint=_QUOTE_HINT)
        filling.add(line, cells)
    return filling


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


def _rows(lines: Iterable[str], delimiter: str, origin: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line that it begins on."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
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
