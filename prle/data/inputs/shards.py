"""Parquet shards: the rows of each file again, in another folder, with columns more; every file whole, or not there."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal

from prle.data.formats.json_lines import as_cell
from prle.data.replacing import replacing
from prle.errors import DataError, PrleError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as arrow

ENDING: Final = ".parquet"

ROWS: Final = 1 << 13
"""Rows read, predicted and written at a time, so that memory does not grow with a shard."""

_MADE_FROM: Final = b"prle.made-from"
"""Under which a file says what it was computed from."""


@dataclass(frozen=True, kw_only=True)
class Shard:
    """A file to read, the file to write, and the hash of what that is computed from."""

    source: Path
    target: Path
    made_from: str


@dataclass(frozen=True, kw_only=True)
class Added:
    """A column that is added to a shard.

    :param kind: ``number``; ``text``; or ``shares``, numbers by name.
    :param values: *Shape:* (N,)
    """

    kind: Literal["number", "text", "shares"]
    values: Sequence[Any]


def shards_in(source: Path) -> tuple[Path, ...]:
    """Return the Parquet files that a folder, a pattern such as ``part-*.parquet`` or a path names, by name.

    :raises DataError: where there is none, or two have the same name.
    """
    if source.is_dir():
        found = [each for each in source.iterdir() if each.suffix == ENDING and not each.name.startswith((".", "_"))]
    elif source.exists():
        found = [source]
    else:
        found = list(source.parent.glob(source.name))
    if not found or any(each.suffix != ENDING for each in found):
        message = f"{source}: expected a Parquet file, a folder of them or a pattern, got {_others(found)}."
        raise DataError(message, hint="for example `--file shards/`, or `--file 'shards/part-*.parquet'`")
    shards = tuple(sorted(found, key=lambda each: (each.name, str(each))))
    for one, other in pairwise(shards):
        if one.name == other.name:
            message = f"{source}: expected files of different names, got {one} and {other}."
            raise DataError(message, hint="predict each folder into one of its own")
    return shards


def finished_rows(shard: Shard) -> int | None:
    """Return how many rows the file to write has, where it is there and was computed from the same; else None.

    :raises DataError: where pyarrow is not installed.
    """
    parquet = _parquet(shard.source)
    if not shard.target.exists():
        return None
    with suppress(Exception):  # whatever pyarrow says of a damaged file: it is written anew
        said = parquet.read_metadata(shard.target)
        if (said.metadata or {}).get(_MADE_FROM) == shard.made_from.encode():
            return int(said.num_rows)
    return None


def extend(
    shard: Shard,
    wanted: Sequence[str],
    answer: Callable[[int, Mapping[str, list[str]]], Mapping[str, Added]],
    *,
    whole: bool,
) -> int:
    """Write the rows of a shard with what ``answer`` says of them beside all that they had; return how many there are.

    :param wanted: the columns that ``answer`` reads.
    :param answer: gets the number of the first row, from 1, and the cells of the wanted columns as texts, a block of
        rows at a time, and gives columns of as many rows.
    :param whole: whether all wanted columns have to be there, or at least one.
    :raises DataError: where a file cannot be read or written, or has a column that would be added.
    :raises UsageError: for a column that is not there.
    """
    parquet = _parquet(shard.source)
    rows, writer = 0, None
    with _telling(shard), parquet.ParquetFile(shard.source) as file, replacing(shard.target) as temporary:
        read = _present(shard, file.schema_arrow.names, wanted, whole=whole)
        try:
            for batch in _batches(file):
                cells = {name: [as_cell(value) for value in batch.column(name).to_pylist()] for name in read}
                table = _beside(batch, answer(rows + 1, cells), shard)
                writer = writer or parquet.ParquetWriter(temporary, table.schema)
                writer.write_table(table)
                rows += batch.num_rows
        finally:
            if writer is not None:
                writer.close()
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
    return rows


def _present(shard: Shard, there: Sequence[str], wanted: Sequence[str], *, whole: bool) -> list[str]:
    """Return which of the wanted columns are there."""
    found = [name for name in wanted if name in there]
    if not found or (whole and len(found) < len(wanted)):
        what = f"{shard.source.name}: column"
        raise unknown_name(what, next(name for name in wanted if name not in found), there)
    return found


def _batches(file: Any) -> Iterator[arrow.RecordBatch]:
    """Yield the rows of a file; of an empty one a batch without rows, which has its columns."""
    import pyarrow as arrow

    anything = False
    for batch in file.iter_batches(batch_size=ROWS):
        anything = True
        yield batch
    if not anything:
        yield arrow.RecordBatch.from_pylist([], schema=file.schema_arrow)


def _beside(batch: arrow.RecordBatch, more: Mapping[str, Added], shard: Shard) -> arrow.Table:
    """Put columns beside those of a batch.

    :raises DataError: where one of that name is there.
    """
    import pyarrow as arrow

    kinds = {
        "number": arrow.float64(),
        "text": arrow.string(),
        "shares": arrow.map_(arrow.string(), arrow.float64()),
    }
    table = arrow.Table.from_batches([batch])
    for name, column in more.items():
        if name in table.column_names:
            message = f"{shard.source}: it has a column {name} already, which would be added."
            raise DataError(message, hint="rename that column")
        values = [list(each.items()) for each in column.values] if column.kind == "shares" else column.values
        table = table.append_column(name, arrow.array(values, kinds[column.kind]))
    return table.replace_schema_metadata({**(table.schema.metadata or {}), _MADE_FROM: shard.made_from.encode()})


def _parquet(source: Path) -> Any:
    """Return pyarrow's module of Parquet files.

    :raises DataError: where it is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        message = f"{source.name}: Parquet files need pyarrow, which is not installed."
        raise DataError(message, hint="pip install 'prle[parquet]'") from error
    return pyarrow.parquet


@contextmanager
def _telling(shard: Shard) -> Iterator[None]:
    """Say in a line what the disk or pyarrow have against a shard."""
    from pyarrow import ArrowException

    try:
        yield
    except PrleError:
        raise
    except (OSError, ArrowException) as error:
        reason = str(error).splitlines()[0]
        message = f"{shard.source} into {shard.target.parent}: cannot be read or written as Parquet ({reason})."
        raise DataError(message) from error


def _others(found: Sequence[Path]) -> str:
    return next((each.name for each in found if each.suffix != ENDING), "none")
