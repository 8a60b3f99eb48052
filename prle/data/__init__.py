"""Sources of data: a name, a hub data set or files in, a checked :class:`Dataset` out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.data.inputs.tables import read_rows, row_blocks, stream_rows
from prle.data.inputs.texts import BadLine, read_texts, stream_texts, text_blocks
from prle.data.interface import SPLITS, Column, Dataset, SourceRequest, Split, SplitName
from prle.observer import SILENT

if TYPE_CHECKING:
    from prle.observer import Observer

__all__ = [
    "SPLITS",
    "BadLine",
    "Column",
    "Dataset",
    "SourceRequest",
    "Split",
    "SplitName",
    "load",
    "read_rows",
    "read_texts",
    "row_blocks",
    "stream_rows",
    "stream_texts",
    "text_blocks",
]


def load(request: SourceRequest, *, observer: Observer = SILENT) -> Dataset:
    """Find, read and check what ``request`` describes. Nothing is written.

    :param observer: told of guessed columns and cut splits, and warned of each kind of row that was dropped.
    :raises UsageError: a name, column or combination of options that cannot be.
    :raises DataError: a source that cannot be read, or holds nothing to learn from.
    :raises OfflineError: a source that is not on this machine and cannot be downloaded.
    """
    # Here, because whoever answers from a workspace needs the names of splits, and no source.
    from prle.data.assembly import assemble, usable
    from prle.data.sources.opening import open_source

    # Nobody keeps what was opened: of its cells, the texts that are used are what stays in memory.
    rows = usable(open_source(request, observer), request, observer)
    return assemble(rows, request, observer)
