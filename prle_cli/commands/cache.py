"""``prle cache``: what prle keeps between runs outside any workspace, and forgetting it."""

from typing import Annotated

import typer

from prle_cli.formats.reports import show as show_report
from prle_cli.options import Debug, Quiet, SummaryFormat
from prle_cli.session import watching

app = typer.Typer(rich_markup_mode="markdown")

Encoders = Annotated[
    bool, typer.Option("--encoders", metavar="", help="Remove converted encoders too; the next answer makes them anew.")
]


@app.callback(invoke_without_command=True)
def cache(
    context: typer.Context, output_format: SummaryFormat = "table", quiet: Quiet = False, debug: Debug = False
) -> None:
    """Show what prle keeps between runs: vectors of texts that were asked, and encoders that need no torch.

    It lies in `PRLE_CACHE`, else in `XDG_CACHE_HOME` or `~/.cache`; `PRLE_CACHE=off` keeps nothing. Of texts that were
    asked only hashes are stored; of lines typed into `prle shell` the texts, in a file of their owner's.
    """
    if context.invoked_subcommand is not None:
        return
    with watching(context, quiet=quiet, debug=debug):
        from prle.stages.cache import show_cache

        report = show_cache()
    from prle_cli.views.cache.view import view

    show_report(report, output_format, view)


@app.command("clear")
def clear(
    context: typer.Context,
    encoders: Encoders = False,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Forget every text that was asked."""
    with watching(context, quiet=quiet, debug=debug):
        from prle.stages.cache import clear_cache

        report = clear_cache(encoders=encoders)
    from prle_cli.views.cache.view import cleared

    show_report(report, output_format, cleared)
