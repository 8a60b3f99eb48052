"""``prle predict``: score what the command line says, a file or stdin, or a split of the workspace."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from prle.errors import UsageError
from prle_cli.formats.predictions import prediction_lines, prediction_table, write_predictions
from prle_cli.formats.reports import Format, show, write_lines
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
    given,
)
from prle_cli.session import watching
from prle_cli.terminal.streams import STDIN, answer_lines, stdin_lines

if TYPE_CHECKING:
    from prle.observer import Observer
    from prle.stages.predict.interface import PredictRequest

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
    call = _Call(workspace, texts, file, split, out, engine, address, output_format)
    _check(call)
    _check_shards(call)
    with watching(context, quiet=quiet, debug=debug, live=call.moving) as observer:
        from prle.stages.predict import PredictRequest

        ranking = {"first": top, "pool": pool, "group": group, "path": path}
        request = PredictRequest(name=name, level=level, remember=cache, **given(ranking))  # type: ignore[arg-type]
        answer = _into_shards if out else _in_turn if call.streamed else _in_blocks if call.in_blocks else _at_once
        answer(call, request, observer)


class _Call(NamedTuple):
    """What one call scores, and where its results go."""

    workspace: Path
    texts: list[str] | None
    file: Path | None
    split: str | None
    out: Path | None
    engine: EngineName
    address: str | None
    output_format: Format

    @property
    def streamed(self) -> bool:
        """Whether each line of stdin is answered before the next one is read."""
        return self.texts == [STDIN] and self.output_format == "jsonl"

    @property
    def in_blocks(self) -> bool:
        """Whether rows need not be in memory together."""
        return self.output_format in ("csv", "jsonl") and not self.texts

    @property
    def moving(self) -> bool:
        """Whether stderr may move: not while results go to the same terminal."""
        return not (self.streamed or (self.in_blocks and sys.stdout.isatty()))


def _check(call: _Call) -> None:
    """Refuse a call that does not say what to score, or says it twice.

    :raises UsageError: for neither or several of a text, a file and a split.
    """
    texts = call.texts
    if sum(map(bool, (texts, call.file, call.split))) != 1 or (texts and texts[0] == STDIN and len(texts) > 1):
        message = "predict: expected either TEXT, - for stdin, --file or --split."
        raise UsageError(message, hint='for example `prle predict "one text" "another"` or `prle predict --split test`')


def _check_shards(call: _Call) -> None:
    """Refuse what does not go together with files as results, or is only about them.

    :raises UsageError: naming the option.
    """
    if call.out is None:
        if call.engine != "local" or call.address is not None:
            message = f"predict: --engine {call.engine} expects --out, the folder that its workers write into."
            raise UsageError(message, hint=f"`prle predict --file shards/ --engine {call.engine} --out predicted/`")
        return
    if call.file is None:
        message = f"predict: --out {call.out} expects --file, what to read."
        raise UsageError(message, hint=f"`prle predict --file shards/ --out {call.out}`")
    if call.output_format not in ("table", "json"):
        message = f"predict: --out {call.out} expects --format table or json, got {call.output_format}."
        raise UsageError(message, hint="the rows are in the files; what is shown is a summary")


def _into_shards(call: _Call, request: "PredictRequest", observer: "Observer") -> None:
    """Predict Parquet files into others, and show how many rows there are now."""
    from prle.engines import engine_named
    from prle.stages.predict.interface import ShardsRequest
    from prle.stages.predict.shards import predict_shards
    from prle_cli.views.predict.shards import view

    if call.file is None or call.out is None:  # _check_shards has seen to it
        raise TypeError
    wanted = ShardsRequest(workspace=call.workspace, source=call.file, folder=call.out, asked=request)
    with engine_named(call.engine, address=call.address, observer=observer) as running:
        report = predict_shards(wanted, engine=running, observer=observer)
    show(report, call.output_format, view)


def _in_turn(call: _Call, request: "PredictRequest", observer: "Observer") -> None:
    """Predict each line of stdin before the next one is read."""
    from prle.stages.predict import predicting

    with predicting(call.workspace, request, observer=observer) as answer:
        answer_lines(
            call.workspace,
            lambda row: write_lines(prediction_lines(answer([row]))),
            records=True,
            observer=observer,
        )


def _in_blocks(call: _Call, request: "PredictRequest", observer: "Observer") -> None:
    """Predict rows of a file or a split a block at a time."""
    from prle.stages.predict.blocks import predict_file, predict_rows

    if call.file is not None:
        reports = predict_file(call.workspace, call.file, request, observer=observer)
    else:
        reports = predict_rows(call.workspace, str(call.split), request, observer=observer)
    write_predictions(reports, call.output_format)


def _at_once(call: _Call, request: "PredictRequest", observer: "Observer") -> None:
    """Predict what was typed, a file, stdin or a split, all in memory."""
    from prle.stages.common.query import read_inputs
    from prle.stages.predict import predict_split, predict_texts
    from prle_cli.views import views_of

    if call.split is not None:
        report = predict_split(call.workspace, call.split, request, observer=observer)
    else:
        source = stdin_lines() if call.texts == [STDIN] else call.file
        typed = [tuple(call.texts or ())]
        rows = typed if source is None else read_inputs(call.workspace, source, observer=observer)
        report = predict_texts(call.workspace, rows, request, observer=observer)
    lines = {"jsonl": prediction_lines, "csv": prediction_table}
    show(report, call.output_format, views_of("predict", report).view, lines=lines)
