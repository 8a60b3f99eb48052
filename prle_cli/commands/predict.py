"""``prle predict``: score texts from the command line, from a file or from stdin, or a split of the workspace."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from prle.errors import UsageError
from prle_cli.options import (
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    Cache,
    Debug,
    FirstText,
    ModelName,
    Quiet,
    RowsFormat,
    SecondText,
    Workspace,
    together,
)
from prle_cli.output import prediction_lines, prediction_table, show, write_lines
from prle_cli.session import watching
from prle_cli.streams import STDIN, answer_lines, stdin_lines

File = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Score the rows of this file: CSV, TSV, JSON lines or plain lines."),
]
Split = Annotated[str | None, typer.Option(help="Score a split of the workspace: train, validation, test.")]


def predict(
    context: typer.Context,
    text: FirstText = None,
    text2: SecondText = None,
    file: File = None,
    split: Split = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: RowsFormat = "table",
    cache: Cache = True,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Score TEXT, or the pair TEXT and TEXT2; `-` reads rows from stdin.

    A row on stdin is a line of text, two texts with a tab between them, or a JSON object with the text columns. With
    `--format jsonl` each is answered as it comes; a bad line is named and passed over, and the exit code is then 1.

    CSV carries the texts exactly as they are. A text that begins with `=`, `+`, `-` or `@` is a formula to a
    spreadsheet: import such files as text.
    """
    texts = together(text, text2)
    if sum(map(bool, (texts, file, split))) != 1 or (text == STDIN and text2 is not None):
        message = "predict: expected either TEXT, - for stdin, --file or --split."
        raise UsageError(message, hint='for example `prle predict "one text" "another"` or `prle predict --split test`')
    streamed = text == STDIN and output_format == "jsonl"
    with watching(context, quiet=quiet, debug=debug, live=not streamed) as observer:
        from prle.stages.predict import predict_split, predict_texts, predicting

        if streamed:
            with predicting(workspace, name=name, remember=cache, observer=observer) as answer:
                answer_lines(workspace, lambda row: write_lines(prediction_lines(answer([row]))), records=True)
            return
        if split is not None:
            report = predict_split(workspace, split, name=name, observer=observer)
        else:
            source = stdin_lines() if text == STDIN else file
            rows = [texts] if source is None else _read(source, workspace)
            report = predict_texts(workspace, rows, name=name, remember=cache, observer=observer)
    from prle_cli.views.predict import view

    show(report, output_format, view, lines={"jsonl": prediction_lines, "csv": prediction_table})


def _read(source: Path | Iterable[str], workspace: Path) -> list[tuple[str, ...]]:
    """Return the rows of a file or of stdin, by the text columns that the workspace was made from."""
    from prle.data import read_texts
    from prle.stages.info import info

    return read_texts(source, info(workspace).fields)
