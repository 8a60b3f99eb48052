"""A file to records, by what its name ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.data.formats.decoding import require_file, text_parts
from prle.data.formats.delimited import delimited_records
from prle.data.formats.json_lines import json_records
from prle.data.formats.parquet import parquet_records
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prle.data.formats.records import Records

DELIMITERS: Final = {".csv": ",", ".tsv": "\t"}
JSON_LINES: Final = (".jsonl", ".ndjson")
PARQUET: Final = ".parquet"
FORMATS: Final = (*DELIMITERS, *JSON_LINES, PARQUET)


def read_records(path: Path) -> Records:
    """Return the rows of a CSV, TSV or JSON lines file (each may be gzipped), or of a Parquet file.

    :raises DataError: no such file, another ending, or contents that are not what the name says.
    """
    return next(record_blocks(path))


def record_blocks(path: Path, size: int | None = None) -> Iterator[Records]:
    """Return the rows of such a file ``size`` at a time, or all of them at once; an empty table where there are none.

    :raises DataError: as :func:`read_records`, for contents once they are met.
    """
    require_file(path)
    ending = format_of(path)
    if ending in DELIMITERS:
        return delimited_records(text_parts(path), delimiter=DELIMITERS[ending], origin=path.name, size=size)
    if ending in JSON_LINES:
        return json_records(text_parts(path), origin=path.name, size=size)
    if ending == PARQUET:
        return parquet_records(path, size)
    message = f"{path.name}: expected a name ending in .csv, .tsv or .jsonl (.gz after it is fine) or .parquet."
    raise DataError(message)


def format_of(path: Path) -> str:
    """Return the ending that names a file's format, ``.csv`` for ``reviews.CSV.gz``."""
    name = path.name.lower()
    return path.with_name(name.removesuffix(".gz")).suffix if name != ".gz" else ""
