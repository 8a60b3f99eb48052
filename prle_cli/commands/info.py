"""``prle info``: say what a workspace holds."""

import typer

from prle_cli.options import DEFAULT_WORKSPACE, Debug, Quiet, SummaryFormat, Workspace
from prle_cli.output import show
from prle_cli.session import watching


def info(
    context: typer.Context,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show the data set, the encoder and the models of a workspace, and what has gone stale."""
    with watching(context, quiet=quiet, debug=debug):
        from prle.stages.info import info as stage

        report = stage(workspace)
    from prle_cli.views.info import view

    show(report, output_format, view)
