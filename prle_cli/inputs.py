"""Rows of texts from a file or from stdin, as every command that takes many of them reads them."""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from prle.errors import DataError

STDIN: Final = "-"
"""What stands for stdin in the place of a text."""


def read_rows(source: Path | Iterable[str], workspace: Path) -> list[tuple[str, ...]]:
    """Return the rows of a file or of lines, by the text columns that the workspace was made from."""
    from prle.data import read_texts
    from prle.stages.query import text_fields

    return read_texts(source, text_fields(workspace))


def stdin_lines() -> Iterator[str]:
    """Yield the lines of stdin as UTF-8, whatever the locale says.

    :raises DataError: where a line is something else.
    """
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict", newline=None)
    try:
        yield from sys.stdin
    except UnicodeDecodeError as error:
        message = f"stdin: expected UTF-8, got the byte 0x{error.object[error.start]:02x}."
        raise DataError(message, hint="convert it first, for example with `iconv -t utf-8`") from error
