"""``prle consolidate``: put prototypes of a fitted model together, under another name."""

import shlex
from typing import Annotated, Literal

import typer

from prle.errors import UsageError
from prle_cli.formats.reports import show
from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Debug, ModelName, Quiet, Seed, SummaryFormat, Workspace
from prle_cli.session import suggest, watching

To = Annotated[int | None, typer.Option("--to", min=1, metavar="K", help="As many prototypes are left.")]
Auto = Annotated[bool, typer.Option("--auto", metavar="", help="As many as make routing peaked.")]
Method = Annotated[Literal["kmeans", "hierarchical", "circle"], typer.Option(help="Which of them become one.")]
How = Annotated[
    Literal["merge", "low_rank", "retrain"], typer.Option(help="What becomes of their experts: a mean, or fitted anew.")
]
StoredAs = Annotated[
    str | None, typer.Option("--as", metavar="NAME", show_default="NAME-K", help="The name of the new model.")
]


def consolidate(
    context: typer.Context,
    to: To = None,
    auto: Auto = False,
    method: Method = "kmeans",
    how: How = "merge",
    stored_as: StoredAs = None,
    seed: Seed = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Make a model of fewer prototypes from a fitted one: those that lie near each other become one.

    The model that it is made from is never touched. What that costs, and how many prototypes still have to be asked for
    most of the weight, is measured on validation rows.
    """
    if auto is (to is not None):
        message = "consolidate: expected either --to K or --auto."
        raise UsageError(message, hint="`prle consolidate --auto` looks for a count")
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.stages.consolidate import ConsolidateRequest
        from prle.stages.consolidate import consolidate as stage

        request = ConsolidateRequest(
            name=name, to=to, grouping=method, merging=how, stored_as=stored_as, seed=seed or 0
        )
        report = stage(workspace, request, observer=observer)
    from prle_cli.views.consolidate.view import view

    show(report, output_format, view)
    suggest(context, f"prle bench --only prle:{shlex.quote(name)} --only prle:{shlex.quote(report.model)}", workspace)
