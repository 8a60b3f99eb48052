"""``prle info``: say what a workspace holds, or how one of its models was fitted."""

from typing import Annotated

import typer

from prle.errors import UsageError
from prle_cli.formats.reports import show
from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Debug, ModelName, Quiet, SummaryFormat, Workspace
from prle_cli.session import watching

History = Annotated[
    bool, typer.Option("--history", metavar="", help="Show how the model of `--name` was fitted, epoch by epoch.")
]
Regimes = Annotated[
    bool, typer.Option("--regimes", metavar="", help="Show what each prototype of the model of `--name` stands for.")
]
Seeds = Annotated[
    int | None, typer.Option(metavar="K", help="With `--regimes`: fit with seeds 0 to K-1, and say whether they agree.")
]


def info(
    context: typer.Context,
    history: History = False,
    regimes: Regimes = False,
    seeds: Seeds = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show the data set, the encoder and the models of a workspace, and what has gone stale."""
    if seeds is not None and not regimes:
        message = "info: --seeds goes with --regimes."
        raise UsageError(message, hint="for example `prle info --regimes --seeds 3`")
    if name != DEFAULT_MODEL and not (regimes or history):
        message = "info: --name goes with --regimes or --history; without them all models are shown."
        raise UsageError(message, hint=f"for example `prle info --history --name {name}`")
    with watching(context, quiet=quiet, debug=debug) as observer:
        if regimes:
            from prle.stages.info import RegimesRequest, find_regimes
            from prle_cli.views import views_of

            found = find_regimes(workspace, RegimesRequest(name=name, seeds=seeds), observer=observer)
            show(found, output_format, views_of("info", found).view)
        elif history:
            from prle.stages.info import read_history
            from prle_cli.views.info.history import view as curves

            show(read_history(workspace, name=name), output_format, curves)
        else:
            from prle.stages.info import info as stage
            from prle_cli.views.info.view import view

            show(stage(workspace), output_format, view)
