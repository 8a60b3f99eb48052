"""``prle embed``: read a data set, turn its texts or rows into vectors, keep both in the workspace."""

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

from prle.errors import UsageError
from prle_cli.formats.reports import show
from prle_cli.options import (
    DEFAULT_WORKSPACE,
    Address,
    Debug,
    EngineName,
    Quiet,
    Seed,
    SummaryFormat,
    Workspace,
)
from prle_cli.session import suggest, watching

_KIND = Literal["auto", "number", "class"]
_COLUMNS = "Columns"
_FILES = "Files"
_TABLES = "Tables"
_TARGETS = "Texts as targets"
_SPEED = "Speed"

Text = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="The text, or the first of a pair.", rich_help_panel=_COLUMNS)
]
TextPair = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="The second text of a pair.", rich_help_panel=_COLUMNS)
]
Label = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="The number or the class to predict.", rich_help_panel=_COLUMNS)
]
Target = Annotated[
    str,
    typer.Option(
        metavar="auto|number|class|COLUMN",
        envvar="PRLE_TARGET",
        show_envvar=False,
        help="What the label is; or the column of the text to find for a row.",
        rich_help_panel=_COLUMNS,
    ),
]
Group = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="The group of a row, which may route it.", rich_help_panel=_TARGETS),
]
PathColumn = Annotated[
    str | None,
    typer.Option("--path", metavar="COLUMN", help="Its place in a tree: A > B, or A/B.", rich_help_panel=_TARGETS),
]
SplitBy = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="Rows that share a value stay on one side of a cut.", rich_help_panel=_COLUMNS),
]
Split = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="Says which split a row is of.", rich_help_panel=_COLUMNS)
]
Table = Annotated[
    bool,
    typer.Option(
        "--table", metavar="", help="Rows are a table's: all columns but the label are read.", rich_help_panel=_TABLES
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMN", help="No feature; may be given several times.", rich_help_panel=_TABLES),
]
Numeric = Annotated[
    Literal["standard", "quantile", "piecewise"],
    typer.Option(
        envvar="PRLE_NUMERIC", show_envvar=False, help="What becomes of its numbers.", rich_help_panel=_TABLES
    ),
]
Bins = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        envvar="PRLE_BINS",
        show_envvar=False,
        help="Into how many a number is divided (piecewise); else as the rows allow.",
        rich_help_panel=_TABLES,
    ),
]
Train = Annotated[Path | None, typer.Option(metavar="FILE", help="The rows to learn from.", rich_help_panel=_FILES)]
Validation = Annotated[Path | None, typer.Option(metavar="FILE", help="The rows to choose by.", rich_help_panel=_FILES)]
Test = Annotated[Path | None, typer.Option(metavar="FILE", help="The rows to measure on.", rich_help_panel=_FILES)]
Source = Annotated[
    str | None,
    typer.Argument(
        metavar="SOURCE", show_default=False, help="A built-in name (stsb, diabetes, demo), a file, or hf:OWNER/NAME."
    ),
]
EncoderName = Annotated[
    str, typer.Option(envvar="PRLE_ENCODER", show_envvar=False, help="A name on the hub, or a folder.")
]
Storage = Annotated[
    Literal["float32", "float16"],
    typer.Option(envvar="PRLE_DTYPE", show_envvar=False, help="How exactly vectors are kept."),
]
Precision = Annotated[
    Literal["fp32", "bf16", "fp16"],
    typer.Option(
        envvar="PRLE_PRECISION",
        show_envvar=False,
        help="What the encoder computes in; bf16 is faster where the device has it.",
        rich_help_panel=_SPEED,
    ),
]
Backend = Annotated[
    Literal["torch", "openvino"],
    typer.Option(
        envvar="PRLE_BACKEND",
        show_envvar=False,
        help="By which library; OpenVINO is the faster one of processors.",
        rich_help_panel=_SPEED,
    ),
]
BatchSize = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        envvar="PRLE_BATCH_SIZE",
        show_envvar=False,
        help="At most so many texts at once; else as many as the device digests best.",
        rich_help_panel=_SPEED,
    ),
]
Device = Annotated[
    str,
    typer.Option(
        envvar="PRLE_DEVICE",
        show_envvar=False,
        metavar="auto|cpu|cuda|cuda:N|mps",
        help="Where it computes.",
        rich_help_panel=_SPEED,
    ),
]


def embed(
    context: typer.Context,
    source: Source = None,
    encoder: EncoderName = "all-MiniLM-L6-v2",
    text: Text = None,
    text_pair: TextPair = None,
    label: Label = None,
    target: Target = "auto",
    split: Split = None,
    split_by: SplitBy = None,
    group: Group = None,
    path: PathColumn = None,
    train: Train = None,
    validation: Validation = None,
    test: Test = None,
    table: Table = False,
    drop: Drop = None,
    numeric: Numeric = "piecewise",
    bins: Bins = None,
    dtype: Storage = "float32",
    precision: Precision = "fp32",
    backend: Backend = "torch",
    batch_size: BatchSize = None,
    device: Device = "auto",
    engine: EngineName = "local",
    address: Address = None,
    seed: Seed = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Read SOURCE, encode every distinct text once, and keep texts, labels and vectors in the workspace.

    With `--table` rows are the cells of a table instead: numbers, categories and what is missing become features by
    what is measured on the training rows, and no `--encoder` is asked.

    With `--target COLUMN` what is predicted is a text: an answer, or the name of a label. Each one is encoded once.

    An interrupted run goes on where it stopped; a run that would change nothing changes nothing.

    With `--engine ray` the workers of a cluster encode, and this process alone writes.
    """
    if source is None and train is None:
        message = "embed: expected SOURCE or --train, got neither."
        raise UsageError(message, hint="`prle embed stsb`, or `prle embed data.csv --text review --label stars`")
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.data import SourceRequest
        from prle.engines import engine_named
        from prle.stages.embed import EncoderRequest, embed_source

        source_request = SourceRequest(
            source=source,
            text=text,
            text_pair=text_pair,
            **_labelled(label, target),
            split=split,
            split_by=split_by,
            group=group,
            path=path,
            train=train,
            validation=validation,
            test=test,
            table=table,
            drop=tuple(drop or ()),
            seed=seed or 0,
        )
        encoder_request = EncoderRequest(
            name=encoder,
            numeric=numeric,
            bins=bins,
            dtype=dtype,
            batch_size=batch_size,
            device=device,
            precision=precision,
            backend=backend,
        )
        with engine_named(engine, address=address, observer=observer) as running:
            report = embed_source(workspace, source_request, encoder_request, engine=running, observer=observer)
    from prle_cli.views.embed.view import view

    show(report, output_format, view)
    suggest(context, "prle fit", workspace)


def _labelled(label: str | None, target: str) -> dict[str, Any]:
    """Return what ``--label`` and ``--target`` ask for: a kind of label, or the column of the texts to find."""
    if target in get_args(_KIND):
        return {"label": label, "target": target}
    if label is not None:
        message = f"--target {target}: expected {', '.join(get_args(_KIND))} beside --label, or no --label."
        raise UsageError(message, hint="--target COLUMN names texts to find, --label numbers or classes to predict")
    return {"label": target, "target": "text"}
