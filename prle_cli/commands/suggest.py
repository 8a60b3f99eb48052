"""``prle suggest``: say how many prototypes suit the vectors of the workspace."""

import typer

from prle_cli.formats.reports import show
from prle_cli.options import DEFAULT_WORKSPACE, Debug, Quiet, SummaryFormat, Workspace
from prle_cli.session import suggest as suggest_next
from prle_cli.session import watching
from prle_cli.settings import Chosen, takes_settings


@takes_settings("prototypes.init", "prototypes.metric", "train.seed")
def suggest(
    context: typer.Context,
    settings: Chosen,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Recommend how many prototypes to fit, with everything that speaks for it; nothing is trained or stored.

    `prle fit --prototypes auto` takes the same count without asking.
    """
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.config import resolve
        from prle.stages.suggest import suggest as stage

        report = stage(workspace, resolve(settings.file, settings.values), observer=observer)
    from prle_cli.views.suggest.view import view

    show(report, output_format, view)
    suggest_next(context, f"prle fit --prototypes {report.recommended}", workspace)
