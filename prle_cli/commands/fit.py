"""``prle fit``: train a model on the vectors of the workspace."""

from typing import Annotated

import typer

from prle.errors import UsageError
from prle_cli.formats.reports import show
from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Debug, ModelName, Quiet, SummaryFormat, Workspace
from prle_cli.session import suggest, watching
from prle_cli.settings import Chosen, takes_settings

Search = Annotated[
    int | None,
    typer.Option(
        "--search",
        min=2,
        metavar="N",
        envvar="PRLE_SEARCH",
        show_envvar=False,
        help="Try N configurations on validation and keep the best.",
        rich_help_panel="Search",
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        envvar="PRLE_MEMORY",
        show_envvar=False,
        help="Make do with so much, such as 2GiB; what would not fit stays in the file.",
        rich_help_panel="Training",
    ),
]
Device = Annotated[
    str,
    typer.Option(
        envvar="PRLE_DEVICE",
        show_envvar=False,
        metavar="auto|cpu|cuda|cuda:N|mps",
        help="Where it computes.",
        rich_help_panel="Training",
    ),
]


@takes_settings()
def fit(
    context: typer.Context,
    settings: Chosen,
    search: Search = None,
    memory: Memory = None,
    device: Device = "cpu",
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Train a model on the embedded data set and keep its best epoch in the workspace.

    A setting is taken from the option, else from `PRLE_<OPTION>`, else from the YAML file, else by default;
    `prle config show` says what that comes to. With `--search N` settings that nobody gave are tried out: N draws, the
    better half for longer each time; interrupted, the same command goes on where it stopped.

    `torchrun --nproc-per-node 2 -m prle_cli fit` fits with several processes, on one machine or many.
    """
    from prle.models.labels.training.ranks import joined_ranks, told_ranks

    first = told_ranks().first
    if search is not None:
        _check_search(memory, device, processes=told_ranks().count)
    with watching(context, quiet=quiet or not first, debug=debug) as observer:
        from prle.config import resolve
        from prle.stages.common.memory import parse_memory

        config = resolve(settings.file, settings.values)
        if search is None:
            from prle.models.labels.training.compute import compute_on
            from prle.stages.fit import fit as stage

            bytes_at_most = None if memory is None else parse_memory(memory)
            with joined_ranks() as ranks:
                compute = compute_on(device, ranks)
                report = stage(workspace, config, name=name, memory=bytes_at_most, compute=compute, observer=observer)
        else:
            from prle.stages.fit.search import search as searching

            report = searching(workspace, config, trials=search, name=name, observer=observer)
    if first:
        from prle_cli.views import views_of

        show(report, output_format, views_of("fit", report).view)
        suggest(context, "prle bench", workspace)


def _check_search(memory: str | None, device: str, *, processes: int) -> None:
    """Refuse what a search does not do.

    :raises UsageError: for a budget of memory, a device, and in one of several processes.
    """
    for option, given in (("--memory", memory is not None), ("--device", device != "cpu"), ("torchrun", processes > 1)):
        if given:
            message = f"fit: {option} and --search do not go together."
            raise UsageError(message, hint=f"leave out {option}")
