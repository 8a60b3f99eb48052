"""``prle report``: write one page that explains a fitted model."""

from pathlib import Path
from typing import Annotated

import typer

from prle_cli.formats.reports import show
from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Debug, ModelName, Quiet, SummaryFormat, Workspace
from prle_cli.session import watching

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the page goes.")]
Rows = Annotated[int, typer.Option(min=1, metavar="N", help="Explain so many test rows, good and bad ones.")]
Bench = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Show this comparison too, from `prle bench --format json`.")
]
Seeds = Annotated[
    int | None,
    typer.Option(metavar="K", help="Fit with seeds 0 to K-1 too, and say whether regimes agree."),
]


def report(
    context: typer.Context,
    output: Output = Path("report.html"),
    rows: Rows = 20,
    bench: Bench = None,
    seeds: Seeds = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write one HTML page about a model: its map, its regimes, how far it is off, and why for some rows.

    The page stands alone: it opens from disk, loads nothing and sends nothing. Needs `pip install 'prle[report]'`.
    """
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle_cli.html import writer

        writer.check(output, workspace)
        from prle.stages.report import ReportRequest
        from prle.stages.report import report as stage

        request = ReportRequest(name=name, rows=rows, bench=bench, seeds=seeds)
        contents = stage(workspace, request, observer=observer)
        written = writer.write(contents, output)
    from prle_cli.views.report.view import view

    show(written, output_format, view)
