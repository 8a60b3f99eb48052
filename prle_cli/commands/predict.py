"""``prle predict``: score what the command line says, a file or stdin, or a split of the workspace."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from prle.errors import DataError, UsageError
from prle_cli.options import (
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    Debug,
    ModelName,
    Quiet,
    RowsFormat,
    Texts,
    Workspace,
)
from prle_cli.output import prediction_lines, prediction_table, show
from prle_cli.session import watching

STDIN = "-"

File = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Score the rows of this file: CSV, TSV, JSON lines or plain lines."),
]
Split = Annotated[str | None, typer.Option(help="Score a split of the workspace: train, validation, test.")]


def predict(
    context: typer.Context,
    texts: Texts = None,
    file: File = None,
    split: Split = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: RowsFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Score a text, a pair of texts or a row of a table; `-` reads rows from stdin.

    A row on stdin is a line of text, two texts with a tab between them, or a JSON object with the text columns; of a
    table a JSON object, or a line of CSV below a header.

    CSV carries the texts exactly as they are. A text that begins with `=`, `+`, `-` or `@` is a formula to a
    spreadsheet: import such files as text.
    """
    if sum(map(bool, (texts, file, split))) != 1 or (texts and STDIN in texts[:1] and len(texts) > 1):
        message = "predict: expected either TEXT, - for stdin, --file or --split."
        raise UsageError(message, hint='for example `prle predict "one text" "another"` or `prle predict --split test`')
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.stages.predict import predict_split, predict_texts
        from prle.stages.query import read_inputs

        if split is not None:
            report = predict_split(workspace, split, name=name, observer=observer)
        else:
            source = _stdin_lines() if texts == [STDIN] else file
            rows = [tuple(texts or ())] if source is None else read_inputs(workspace, source, observer=observer)
            report = predict_texts(workspace, rows, name=name, observer=observer)
    from prle_cli.views.predict import view

    show(report, output_format, view, lines={"jsonl": prediction_lines, "csv": prediction_table})


def _stdin_lines() -> Iterator[str]:
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
