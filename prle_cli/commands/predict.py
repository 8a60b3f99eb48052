"""``prle predict``: score what the command line says, a file or stdin, or a split of the workspace."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from prle.errors import UsageError
from prle_cli.options import (
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    TEXTS_PANEL,
    Cache,
    Debug,
    Group,
    ModelName,
    Place,
    Pool,
    Quiet,
    RowsFormat,
    Texts,
    Workspace,
)
from prle_cli.output import prediction_lines, prediction_table, show, write_lines, write_predictions
from prle_cli.session import watching
from prle_cli.streams import STDIN, answer_lines, stdin_lines

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
Top = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="So many texts for a row, 5 by default.", rich_help_panel=TEXTS_PANEL),
]


def predict(
    context: typer.Context,
    texts: Texts = None,
    file: File = None,
    split: Split = None,
    level: Level = None,
    top: Top = None,
    pool: Pool = None,
    group: Group = None,
    path: Place = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: RowsFormat = "table",
    cache: Cache = True,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Score a text, a pair of texts or a row of a table; `-` reads rows from stdin.

    A row on stdin is a line of text, two texts with a tab between them, or a JSON object with the text columns; of a
    table a JSON object, or a line of CSV below a header. With `--format jsonl` each is answered as it comes; a bad line
    is named and passed over, and the exit code is then 1.

    Where labels are texts, those of the workspace are ranked for each row, or those of `--pool`.

    CSV carries the texts exactly as they are. A text that begins with `=`, `+`, `-` or `@` is a formula to a
    spreadsheet: import such files as text.
    """
    if sum(map(bool, (texts, file, split))) != 1 or (texts and texts[0] == STDIN and len(texts) > 1):
        message = "predict: expected either TEXT, - for stdin, --file or --split."
        raise UsageError(message, hint='for example `prle predict "one text" "another"` or `prle predict --split test`')
    from_stdin = texts == [STDIN]
    streamed = from_stdin and output_format == "jsonl"
    in_blocks = output_format in ("csv", "jsonl") and not texts
    moving = not (streamed or (in_blocks and sys.stdout.isatty()))
    with watching(context, quiet=quiet, debug=debug, live=moving) as observer:
        from prle.stages.predict import predict_split, predict_texts, predicting
        from prle.stages.query import read_inputs
        from prle.stages.text_predict import DEFAULT_FIRST, TextRequest

        wanted = TextRequest(first=top or DEFAULT_FIRST, pool=pool, group=group, path=path)
        asked: dict[str, Any] = {"name": name, "level": level, "texts": wanted, "observer": observer}
        if streamed:
            with predicting(workspace, remember=cache, **asked) as answer:
                answer_lines(
                    workspace,
                    lambda row: write_lines(prediction_lines(answer([row]))),
                    records=True,
                    observer=observer,
                )
            return
        if in_blocks:
            from prle.stages.predict_blocks import predict_file, predict_rows

            of_file = None if file is None else predict_file(workspace, file, remember=cache, **asked)
            write_predictions(of_file or predict_rows(workspace, str(split), **asked), output_format)
            return
        if split is not None:
            report = predict_split(workspace, split, **asked)
        else:
            source = stdin_lines() if from_stdin else file
            rows = [tuple(texts or ())] if source is None else read_inputs(workspace, source, observer=observer)
            report = predict_texts(workspace, rows, remember=cache, **asked)
    from prle_cli.views.predict import view

    show(report, output_format, view, lines={"jsonl": prediction_lines, "csv": prediction_table})
