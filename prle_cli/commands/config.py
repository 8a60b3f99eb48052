"""``prle config``: show the settings of a fit and where they come from."""

from typing import Annotated

import typer

from prle_cli.formats.reports import show as show_report
from prle_cli.options import DEFAULT_WORKSPACE, Debug, Quiet, SummaryFormat, Workspace
from prle_cli.session import watching
from prle_cli.settings import Chosen, takes_settings

app = typer.Typer(rich_markup_mode="markdown")

Model = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="NAME",
        envvar="PRLE_NAME",
        show_envvar=False,
        help="Start from what this model of the workspace was fitted with.",
    ),
]


@app.callback(invoke_without_command=True)
def config(context: typer.Context) -> None:
    """Show the settings of a fit, and where each comes from."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("show")
@takes_settings()
def show(
    context: typer.Context,
    settings: Chosen,
    name: Model = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show every setting that `prle fit` would use if it were called so, and where each comes from.

    An option beats `PRLE_<OPTION>`, which beats the YAML file, which beats what the model of `--name` was fitted with,
    which beats the default. Without `--name` no workspace is needed.
    """
    with watching(context, quiet=quiet, debug=debug):
        from prle.stages.config import settings as stage

        report = stage(workspace, file=settings.file, given=settings.given(), name=name)
    from prle_cli.views.config.view import view

    show_report(report, output_format, view)
