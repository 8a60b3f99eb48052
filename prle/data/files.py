"""A file to records, by what its name ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.data.decoding import read_text, require_file
from prle.data.delimited import parse_delimited
from prle.data.json_lines import parse_json_lines
from prle.data.parquet import read_parquet
from prle.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from prle.data.records import Records

DELIMITERS: Final = {".csv": ",", ".tsv": "\t"}
JSON_LINES: Final = (".jsonl", ".ndjson")
PARQUET: Final = ".parquet"
FORMATS: Final = (*DELIMITERS, *JSON_LINES, PARQUET)


def read_records(path: Path) -> Records:
    """Return the rows of a CSV, TSV or JSON lines file (each may be gzipped), or of a Parquet file.

    :raises DataError: no such file, another ending, or contents that are not what the name says.
    """
    require_file(path)
    ending = format_of(path)
    if ending in DELIMITERS:
        return parse_delimited(read_text(path), delimiter=DELIMITERS[ending], origin=path.name)
    if ending in JSON_LINES:
        return parse_json_lines(read_text(path), origin=path.name)
    if ending == PARQUET:
        return read_parquet(path)
    message = f"{path.name}: expected a name ending in .csv, .tsv or .jsonl (.gz after it is fine) or .parquet."
    raise DataError(message)


def format_of(path: Path) -> str:
    """Return the ending that names a file's format, ``.csv`` for ``reviews.CSV.gz``."""
    name = path.name.lower()
    return path.with_name(name.removesuffix(".gz")).suffix if name != ".gz" else ""
