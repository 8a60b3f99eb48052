"""Parquet files to records, with the ``parquet`` extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.data.formats.json_lines import as_cell
from prle.data.formats.records import Filling
from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyarrow.parquet import ParquetFile

    from prle.data.formats.records import Records

_AT_ONCE: Final = 1 << 12
"""Rows that Arrow gives as objects together."""


def parquet_records(path: Path, size: int | None = None) -> Iterator[Records]:
    """Yield the rows of a Parquet file ``size`` at a time, or all of them at once.

    :raises DataError: pyarrow is not installed, or the file is missing or damaged.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        message = f"{path.name}: Parquet files need pyarrow, which is not installed."
        raise DataError(message, hint="pip install 'prle[parquet]'") from error
    try:
        with ParquetFile(path) as file:
            yield from _blocks(file, path.name, size)
    except (OSError, ArrowException) as error:
        reason = str(error).splitlines()[0]
        message = f"{path}: cannot be read as Parquet ({reason})."
        raise DataError(message) from error


def _blocks(file: ParquetFile, origin: str, size: int | None) -> Iterator[Records]:
    columns = tuple(file.schema_arrow.names)
    filling, met = Filling(columns), 0
    for batch in file.iter_batches(batch_size=min(size or _AT_ONCE, _AT_ONCE)):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if len(filling) == size:
                yield filling.records(origin, "row")
                filling = Filling(columns)
            met += 1
            filling.add(met, map(as_cell, row))
    if len(filling) or not met:
        yield filling.records(origin, "row")
