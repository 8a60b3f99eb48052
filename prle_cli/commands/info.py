"""``prle info``: say what a workspace holds, or how one of its models was fitted."""

from typing import Annotated

import typer

from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Debug, ModelName, Quiet, SummaryFormat, Workspace
from prle_cli.output import show
from prle_cli.session import watching

History = Annotated[
    bool, typer.Option("--history", metavar="", help="Show how the model of `--name` was fitted, epoch by epoch.")
]


def info(
    context: typer.Context,
    history: History = False,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show the data set, the encoder and the models of a workspace, and what has gone stale."""
    with watching(context, quiet=quiet, debug=debug):
        if history:
            from prle.stages.history import history as read_history
            from prle_cli.views.history import view as curves

            show(read_history(workspace, name=name), output_format, curves)
            return
        from prle.stages.info import info as stage
        from prle_cli.views.info import view

        show(stage(workspace), output_format, view)
