"""``prle export``: write a model as a file that runs without prle."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from prle_cli.formats.reports import show
from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Debug, ModelName, Quiet, Workspace
from prle_cli.session import watching

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where its files go.")]
FileFormat = Annotated[
    Literal["onnx", "safetensors"],
    typer.Option("--format", help="A graph that ONNX Runtime runs, or the arrays of the model."),
]
WithTexts = Annotated[
    bool, typer.Option("--texts/--no-texts", metavar="", help="Let training texts that anchor prototypes go with it.")
]
Json = Annotated[bool, typer.Option("--json", metavar="", help="Say what was written as JSON.")]


def export(
    context: typer.Context,
    output: Output = Path("exported"),
    file_format: FileFormat = "onnx",
    texts: WithTexts = True,
    as_json: Json = False,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write a model as ONNX or safetensors, with a card that says what it is and how good.

    The graph has the router and the experts: it answers with the prediction, who spoke, and what each added, and is
    compared with the model on test rows before it is written. The encoder is not in it. `model.json` carries training
    texts word by word; `--no-texts` leaves them out.
    """
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.stages.export import export as stage

        report = stage(workspace, output, name=name, format=file_format, texts=texts, observer=observer)
    from prle_cli.views.export.view import view

    show(report, "json" if as_json else "table", view)
