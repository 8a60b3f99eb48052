"""``prle bench``: set the models of the workspace beside ordinary methods."""

from typing import Annotated

import typer

from prle_cli.options import DEFAULT_WORKSPACE, Debug, Quiet, TableFormat, Workspace
from prle_cli.output import bench_table, show
from prle_cli.session import watching

Split = Annotated[str, typer.Option(help="Measure on this split: train, validation, test.")]


def bench(
    context: typer.Context,
    split: Split = "test",
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: TableFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Compare every model of the workspace with ordinary methods on the same vectors, and say who is ahead."""
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.stages.bench import bench as stage

        report = stage(workspace, split=split, observer=observer)
    from prle_cli.views.bench import view

    show(report, output_format, view, lines={"csv": bench_table})
