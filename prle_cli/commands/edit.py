"""``prle edit``: change who votes in a fitted model, or what a row says, and take that back."""

import shlex
from typing import Annotated

import typer

from prle_cli.formats.reports import show
from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Debug, ModelName, Quiet, SummaryFormat, Workspace
from prle_cli.session import suggest, watching

app = typer.Typer(rich_markup_mode="markdown")

Prototype = Annotated[
    int, typer.Argument(metavar="P", show_default=False, help="Its number, as `prle explain` shows it.")
]
Row = Annotated[int, typer.Argument(metavar="ROW", show_default=False, help="A training row, counted from 0.")]
Value = Annotated[
    str,
    typer.Argument(metavar="VALUE", show_default=False, help="The label that it should have: a number, or a class."),
]


@app.callback(invoke_without_command=True)
def edit(context: typer.Context) -> None:
    """Change a fitted model, which follows at once; `undo` gives back its very bytes."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("drop")
def drop(
    context: typer.Context,
    prototype: Prototype,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Drop prototype P: its examples vote on, filed under the next nearest ones."""
    with watching(context, quiet=quiet, debug=debug):
        from prle.stages.edit import drop as stage

        report = stage(workspace, prototype, name=name)
    from prle_cli.views.edit.view import view

    show(report, output_format, view)
    suggest(context, _undoing(name), workspace)


@app.command("relabel")
def relabel(
    context: typer.Context,
    row: Row,
    value: Value,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Tell the model another label for training row ROW; the data keep theirs."""
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.stages.edit import relabel as stage

        report = stage(workspace, row, value, name=name, observer=observer)
    from prle_cli.views.edit.view import view

    show(report, output_format, view)
    suggest(context, _undoing(name), workspace)


@app.command("undo")
def undo(
    context: typer.Context,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Take back the last edit: the model is again what it was, byte by byte."""
    with watching(context, quiet=quiet, debug=debug):
        from prle.stages.edit import undo as stage

        report = stage(workspace, name=name)
    from prle_cli.views.edit.view import view

    show(report, output_format, view)


@app.command("log")
def log(
    context: typer.Context,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """List what was done to a model since it was fitted."""
    with watching(context, quiet=quiet, debug=debug):
        from prle.stages.edit import edit_log

        report = edit_log(workspace, name=name)
    from prle_cli.views.edit.view import view_log

    show(report, output_format, view_log)


def _undoing(name: str) -> str:
    """Return the command that takes back the last edit of a model."""
    return "prle edit undo" if name == DEFAULT_MODEL else f"prle edit undo --name {shlex.quote(name)}"
