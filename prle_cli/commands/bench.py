"""``prle bench``: set the models of the workspace beside ordinary methods."""

from pathlib import Path
from typing import Annotated, Any

import typer

from prle.errors import UsageError
from prle_cli.formats.reports import show
from prle_cli.options import DEFAULT_WORKSPACE, BenchFormat, Debug, Quiet, Workspace, given
from prle_cli.session import watching
from prle_cli.views import views_of

_SUITE = "Several data sets"

Split = Annotated[
    str | None, typer.Option(metavar="SPLIT", help="Measure on this split: train, validation, test (the default).")
]
Only = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Keep only this row, such as knn or prle:default; may be repeated."),
]
Seeds = Annotated[
    int | None,
    typer.Option(min=1, metavar="K", help="Fit whatever is random with seeds 0 to K-1; show mean and deviation."),
]
Ablations = Annotated[
    bool | None, typer.Option("--ablations/--no-ablations", help="Also fit every model without each of its parts.")
]
SoftTargets = Annotated[
    bool | None,
    typer.Option(
        "--soft-targets",
        metavar="",
        help="Where labels are texts: also fit with every kind of soft targets.",
    ),
]
Cuts = Annotated[
    list[Path] | None,
    typer.Option(
        "--cut",
        metavar="FILE",
        help="Where labels are texts: a workspace of the same data, cut in another way; may be repeated.",
    ),
]
Importance = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|all", help="Compare ways to weigh rows for students of a model instead: all, entropy, fisher, ..."
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        envvar="PRLE_MEMORY",
        show_envvar=False,
        help="Make do with so much, such as 2GiB: vectors stay in the file, baselines get a sample.",
    ),
]
Suite = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Compare on every data set that this YAML file lists.", rich_help_panel=_SUITE),
]
Folder = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Where their workspaces are, or will be made.", rich_help_panel=_SUITE),
]


def bench(
    context: typer.Context,
    split: Split = None,
    only: Only = None,
    seeds: Seeds = None,
    ablations: Ablations = None,
    soft_targets: SoftTargets = None,
    cuts: Cuts = None,
    importance: Importance = None,
    memory: Memory = None,
    suite: Suite = None,
    folder: Folder = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: BenchFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Compare every model of the workspace with ordinary methods on the same vectors, and say who is ahead.

    With `--suite` and `--folder`, do so for several data sets, and make the workspaces that are missing.
    """
    if (suite is None) != (folder is None):
        message = "bench: expected --suite and --folder together, or neither."
        raise UsageError(message, hint="for example `prle bench --suite configs/suite.yaml --folder suite`")
    asked: dict[str, Any] = given({"split": split, "only": only or None, "seeds": seeds, "ablations": ablations})
    asked |= given({"soft_targets": soft_targets or None, "cuts": cuts or None, "importance": importance})
    report: Any
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.stages.common.memory import parse_memory

        asked |= given({"memory": None if memory is None else parse_memory(memory)})
        if suite is None or folder is None:
            from prle.stages.bench import BenchRequest
            from prle.stages.bench import bench as stage

            report = stage(workspace, BenchRequest(**asked), observer=observer)
        else:
            from prle.stages.bench.suites import read_plan, run_suite

            report = run_suite(read_plan(suite, asked), folder, observer=observer)
    from prle_cli.formats.comparisons import comparison_markdown, comparison_table

    lines = {"csv": comparison_table, "markdown": comparison_markdown}
    show(report, output_format, views_of("bench", report).view, lines=lines)
