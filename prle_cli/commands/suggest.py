"""``prle suggest``: say how many prototypes suit the vectors of the workspace."""

import typer

from prle_cli.options import (
    DEFAULT_WORKSPACE,
    Debug,
    Init,
    Metric,
    Quiet,
    Seed,
    Settings,
    SummaryFormat,
    Workspace,
    given,
)
from prle_cli.output import show
from prle_cli.session import suggest as suggest_next
from prle_cli.session import watching


def suggest(
    context: typer.Context,
    init: Init = None,
    metric: Metric = None,
    seed: Seed = None,
    config: Settings = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Recommend how many prototypes to fit, with everything that speaks for it; nothing is trained or stored.

    `prle fit --prototypes auto` takes the same count without asking.
    """
    options = {"prototypes.init": init, "prototypes.metric": metric, "train.seed": seed}
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.config import resolve
        from prle.stages.suggest import suggest as stage

        report = stage(workspace, resolve(config, given(options)), observer=observer)
    from prle_cli.views.suggest import view

    show(report, output_format, view)
    suggest_next(context, f"prle fit --prototypes {report.recommended}", workspace)
