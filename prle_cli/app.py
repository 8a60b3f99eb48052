"""The ``prle`` command: its root options, its verbs, and the one place where errors become lines and exit codes."""

import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Final

import typer

from prle import __version__
from prle_cli.failures import Failure, failure_of, tell
from prle_cli.options import Debug, Quiet
from prle_cli.session import Session, session_of
from prle_cli.terminal.console import messages, output

INTERRUPTED: Final = 130
"""128 + SIGINT."""

_SUGGESTION: Final = re.compile(
    r"\.? *(?:Did you mean (?P<verbs>[^?]+)\?|\(Possible options: (?P<options>[^)]+)\))\s*$"
)

_VALIDATOR: Final = "Value error, "
"""What the validation behind Typer says first; the rest of its sentence is enough."""

VERBS: Final = (
    *("embed", "suggest", "fit", "predict", "explain", "shell", "serve", "audit", "edit", "consolidate"),
    *("distill", "bench", "report", "export", "info", "config", "cache"),
)
"""Each a module in ``prle_cli.commands``, in the order of the help."""

_GROUPS: Final = frozenset({"edit", "config", "cache"})
"""Those that have verbs of their own."""


def application(verbs: Sequence[str] = VERBS) -> typer.Typer:
    """Return the command line, with all verbs or some: every one costs its module, and reading what its options are."""
    app = typer.Typer(
        name="prle",
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        epilog='The way: `prle embed stsb`, `prle fit`, `prle explain "one sentence" "another"`. '
        "Results go to stdout, everything else to stderr.",
    )
    app.callback(invoke_without_command=True)(root)
    for verb in verbs:
        module = import_module(f"prle_cli.commands.{verb}")
        if verb in _GROUPS:
            app.add_typer(module.app, name=verb)
        else:
            app.command(verb)(getattr(module, verb))
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: this is the only place that catches errors.

    0 done, 1 failed, 2 usage, 3 workspace missing or invalid, 4 locked, 5 offline and not cached, 130 interrupted.

    :param arguments: what follows ``prle``; by default what the process was called with.
    """
    session = Session()
    words = sys.argv[1:] if arguments is None else arguments
    asked = next((word for word in words if not word.startswith("-")), "")
    try:
        code = application((asked,) if asked in VERBS else VERBS)(
            words, prog_name="prle", standalone_mode=False, obj=session
        )
    except typer.TyperException as error:
        message, hint = _misused(error.format_message(), session.verb)
        return tell(Failure(message, hint, error.exit_code), error, debug=session.debug)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        return tell(failure_of(error, debug=session.debug), error, debug=session.debug)
    if code == INTERRUPTED:
        messages().print("Interrupted.")
    return code if isinstance(code, int) else 0


def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
    debug: Debug = False,
    quiet: Quiet = False,
) -> None:
    """Predict from text with prototypes you can read: real examples, routing weights and local experts that add up."""
    session = session_of(context)
    session.debug, session.quiet, session.verb = debug, quiet, context.invoked_subcommand
    if version:
        output().print(f"prle {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit


def _misused(message: str, verb: str | None) -> tuple[str, str]:
    """Split Typer's message about a wrong call into what is wrong and what helps."""
    line = " ".join(message.replace(_VALIDATOR, "").split())
    suggestion = _SUGGESTION.search(line)
    if suggestion is None:
        command = f"prle {verb}" if verb else "prle"
        return line, f"`{command} --help` shows how to call it."
    meant = (suggestion["verbs"] or suggestion["options"]).replace("'", "")
    return line[: suggestion.start()] + ".", f"did you mean {' or '.join(meant.split(', '))}?"
