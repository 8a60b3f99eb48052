"""Parquet files to records, with the ``parquet`` extra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.data.json_lines import as_cell
from prle.data.records import Records
from prle.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def read_parquet(path: Path) -> Records:
    """Return the rows of a Parquet file.

    :raises DataError: pyarrow is not installed, or the file is missing or damaged.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import read_table
    except ImportError as error:
        message = f"{path.name}: Parquet files need pyarrow, which is not installed."
        raise DataError(message, hint="pip install 'prle[parquet]'") from error
    try:
        table = read_table(path)
    except (OSError, ArrowException) as error:
        reason = str(error).splitlines()[0]
        message = f"{path}: cannot be read as Parquet ({reason})."
        raise DataError(message) from error
    cells = [[as_cell(value) for value in column.to_pylist()] for column in table.columns]
    return Records(
        origin=path.name,
        columns=tuple(table.column_names),
        rows=tuple(zip(*cells, strict=True)),
        places=tuple(range(1, table.num_rows + 1)),
        unit="row",
    )
