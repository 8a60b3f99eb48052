"""Rows on stdin: all of them at once, or each answered as it comes, so that a program can sit in a pipe."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Final

import typer

from prle.errors import DataError
from prle_cli.formats.reports import record, to_json, write_lines
from prle_cli.terminal.console import ERROR, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prle.observer import Observer

STDIN: Final = "-"


def stdin_lines(*, errors: str = "strict") -> Iterator[str]:
    """Yield the lines of stdin as UTF-8, whatever the locale says.

    :param errors: ``surrogateescape`` leaves other bytes to whoever reads the line.
    :raises DataError: where a line is something else.
    """
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors=errors, newline=None)
    try:
        yield from sys.stdin
    except UnicodeDecodeError as error:
        message = f"stdin: expected UTF-8, got the byte 0x{error.object[error.start]:02x}."
        raise DataError(message, hint="convert it first, for example with `iconv -t utf-8`") from error


def answer_lines(
    workspace: Path, answer: Callable[[tuple[str, ...]], None], *, records: bool, observer: Observer
) -> None:
    """Answer every line of stdin before the next one is read; a bad one is named, and does not end the stream.

    :param workspace: has the columns of a row.
    :param answer: writes what there is to say about one row.
    :param records: whether a bad line leaves a JSON record on stdout, where its answer would have been.
    :param observer: told of columns of a table that are not there, or not needed.
    :raises typer.Exit: with 1 at the end, when a line was bad.
    """
    from prle.data import BadLine
    from prle.stages.common.query import stream_inputs

    failed = False
    for row in stream_inputs(workspace, stdin_lines(errors="surrogateescape"), observer=observer):
        if isinstance(row, BadLine):
            failed = True
            say("Error", row.error, ERROR)
            if records:
                write_lines([to_json(record(row))])
        else:
            answer(row)
    if failed:
        raise typer.Exit(1)
