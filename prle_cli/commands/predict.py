"""``prle predict``: score what the command line says, a file or stdin, or a split of the workspace."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from prle.errors import UsageError
from prle_cli.formats.reports import prediction_lines, prediction_table, show, write_lines, write_predictions
from prle_cli.options import (
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    MACHINES_PANEL,
    TEXTS_PANEL,
    Address,
    Cache,
    Debug,
    EngineName,
    Group,
    ModelName,
    Place,
    Pool,
    Quiet,
    RowsFormat,
    Texts,
    Workspace,
)
from prle_cli.session import watching
from prle_cli.terminal.streams import STDIN, answer_lines, stdin_lines

if TYPE_CHECKING:
    from prle.observer import Observer

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
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Write the Parquet files that --file names into this folder, with predictions beside what they have.",
        rich_help_panel=MACHINES_PANEL,
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
    out: Out = None,
    engine: EngineName = "local",
    address: Address = None,
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

    With `--out FOLDER`, `--file` is a Parquet file, a folder of them or a pattern; each is predicted into a file of its
    name, by the workers of a cluster with `--engine ray`. Files that are finished are not predicted again.

    CSV carries the texts exactly as they are. A text that begins with `=`, `+`, `-` or `@` is a formula to a
    spreadsheet: import such files as text.
    """
    _check(texts, file, split)
    _check_shards(file, out, engine, address, output_format)
    from_stdin = texts == [STDIN]
    streamed = from_stdin and output_format == "jsonl"
    in_blocks = output_format in ("csv", "jsonl") and not texts
    moving = not (streamed or (in_blocks and sys.stdout.isatty()))
    with watching(context, quiet=quiet, debug=debug, live=moving) as observer:
        from prle.stages.common.query import read_inputs
        from prle.stages.predict.interface import DEFAULT_FIRST, TextRequest
        from prle.stages.predict.stage import predict_split, predict_texts, predicting

        wanted = TextRequest(first=top or DEFAULT_FIRST, pool=pool, group=group, path=path)
        asked: dict[str, Any] = {"name": name, "level": level, "texts": wanted, "observer": observer}
        if file is not None and out is not None:
            _into_shards(output_format, workspace, file, out, engine=engine, address=address, **asked)
            return
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
            from prle.stages.predict.blocks import predict_file, predict_rows

            of_file = None if file is None else predict_file(workspace, file, remember=cache, **asked)
            write_predictions(of_file or predict_rows(workspace, str(split), **asked), output_format)
            return
        if split is not None:
            report = predict_split(workspace, split, **asked)
        else:
            source = stdin_lines() if from_stdin else file
            rows = [tuple(texts or ())] if source is None else read_inputs(workspace, source, observer=observer)
            report = predict_texts(workspace, rows, remember=cache, **asked)
    from prle_cli.views.predict.labels import view

    show(report, output_format, view, lines={"jsonl": prediction_lines, "csv": prediction_table})


def _check(texts: list[str] | None, file: Path | None, split: str | None) -> None:
    """Refuse a call that does not say what to score, or says it twice.

    :raises UsageError: for neither or several of a text, a file and a split.
    """
    if sum(map(bool, (texts, file, split))) != 1 or (texts and texts[0] == STDIN and len(texts) > 1):
        message = "predict: expected either TEXT, - for stdin, --file or --split."
        raise UsageError(message, hint='for example `prle predict "one text" "another"` or `prle predict --split test`')


def _check_shards(file: Path | None, out: Path | None, engine: str, address: str | None, output_format: str) -> None:
    """Refuse what does not go together with files as results, or is only about them.

    :raises UsageError: naming the option.
    """
    if out is None:
        if engine != "local" or address is not None:
            message = f"predict: --engine {engine} expects --out, the folder that its workers write into."
            raise UsageError(message, hint=f"`prle predict --file shards/ --engine {engine} --out predicted/`")
        return
    if file is None:
        message = f"predict: --out {out} expects --file, what to read."
        raise UsageError(message, hint=f"`prle predict --file shards/ --out {out}`")
    if output_format not in ("table", "json"):
        message = f"predict: --out {out} expects --format table or json, got {output_format}."
        raise UsageError(message, hint="the rows are in the files; what is shown is a summary")


def _into_shards(
    output_format: Literal["table", "json", "jsonl", "csv"],
    workspace: Path,
    file: Path,
    out: Path,
    *,
    engine: str,
    address: str | None,
    observer: "Observer",
    **asked: Any,
) -> None:
    """Predict Parquet files into others, and show how many rows there are now."""
    from prle.engines import engine_named
    from prle.stages.predict.interface import ShardsRequest
    from prle.stages.predict.shards import predict_shards
    from prle_cli.views.predict.shards import view

    request = ShardsRequest(workspace=workspace, source=file, folder=out, **asked)
    with engine_named(engine, address=address, observer=observer) as running:
        report = predict_shards(request, engine=running, observer=observer)
    show(report, output_format, view)
