"""``prle fit``: train a model on the vectors of the workspace."""

import typer

from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Debug, ModelName, Quiet, SummaryFormat, Workspace
from prle_cli.output import show
from prle_cli.session import suggest, watching
from prle_cli.settings import Chosen, takes_settings


@takes_settings()
def fit(
    context: typer.Context,
    settings: Chosen,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Train a model on the embedded data set and keep its best epoch in the workspace.

    A setting is taken from the option, else from `PRLE_<OPTION>`, else from the YAML file, else by default;
    `prle config show` says what that comes to.
    """
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.config import resolve
        from prle.stages.fit import fit as stage

        report = stage(workspace, resolve(settings.file, settings.values), name=name, observer=observer)
    from prle_cli.views.fit import view

    show(report, output_format, view)
    suggest(context, "prle bench", workspace)
