"""``prle predict``: score texts from the command line, from a file or from stdin, or a split of the workspace."""

from pathlib import Path
from typing import Annotated

import typer

from prle.errors import UsageError
from prle_cli.inputs import STDIN, read_rows, stdin_lines
from prle_cli.options import (
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    Debug,
    FirstText,
    ModelName,
    Quiet,
    RowsFormat,
    SecondText,
    Workspace,
    together,
)
from prle_cli.output import prediction_lines, prediction_table, show
from prle_cli.session import watching

File = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Score the rows of this file: CSV, TSV, JSON lines or plain lines."),
]
Split = Annotated[str | None, typer.Option(help="Score a split of the workspace: train, validation, test.")]

Level = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE", help="Add the interval that holds the label this often, between 0 and 1, such as 0.9."
    ),
]


def predict(
    context: typer.Context,
    text: FirstText = None,
    text2: SecondText = None,
    file: File = None,
    split: Split = None,
    level: Level = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: RowsFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Score TEXT, or the pair TEXT and TEXT2; `-` reads rows from stdin.

    A row on stdin is a line of text, two texts with a tab between them, or a JSON object with the text columns.

    CSV carries the texts exactly as they are. A text that begins with `=`, `+`, `-` or `@` is a formula to a
    spreadsheet: import such files as text.
    """
    texts = together(text, text2)
    if sum(map(bool, (texts, file, split))) != 1 or (text == STDIN and text2 is not None):
        message = "predict: expected either TEXT, - for stdin, --file or --split."
        raise UsageError(message, hint='for example `prle predict "one text" "another"` or `prle predict --split test`')
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.stages.predict import predict_split, predict_texts

        if split is not None:
            report = predict_split(workspace, split, name=name, level=level, observer=observer)
        else:
            source = stdin_lines() if text == STDIN else file
            rows = [texts] if source is None else read_rows(source, workspace)
            report = predict_texts(workspace, rows, name=name, level=level, observer=observer)
    from prle_cli.views.predict import view

    show(report, output_format, view, lines={"jsonl": prediction_lines, "csv": prediction_table})
