"""The ``prle`` command: its root options, its verbs, and the one place where errors become lines and exit codes."""

import re
import traceback
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from prle import __version__
from prle.errors import PrleError
from prle_cli.commands import (
    audit,
    bench,
    cache,
    config,
    distill,
    edit,
    embed,
    explain,
    export,
    fit,
    info,
    predict,
    report,
    suggest,
)
from prle_cli.console import ERROR, messages, output, say
from prle_cli.options import Debug, Quiet
from prle_cli.session import Session, session_of

INTERRUPTED: Final = 130
"""128 + SIGINT."""

_SUGGESTION: Final = re.compile(
    r"\.? *(?:Did you mean (?P<verbs>[^?]+)\?|\(Possible options: (?P<options>[^)]+)\))\s*$"
)

_VALIDATOR: Final = "Value error, "
"""What the validation behind Typer says first; the rest of its sentence is enough."""

app = typer.Typer(
    name="prle",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog='The way: `prle embed stsb`, `prle fit`, `prle explain "one sentence" "another"`. '
    "Results go to stdout, everything else to stderr.",
)
app.command("embed")(embed.embed)
app.command("suggest")(suggest.suggest)
app.command("fit")(fit.fit)
app.command("predict")(predict.predict)
app.command("explain")(explain.explain)
app.command("audit")(audit.audit)
app.add_typer(edit.app, name="edit")
app.command("bench")(bench.bench)
app.command("report")(report.report)
app.command("distill")(distill.distill)
app.command("export")(export.export)
app.command("info")(info.info)
app.add_typer(config.app, name="config")
app.add_typer(cache.app, name="cache")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: this is the only place that catches errors.

    0 done, 1 failed, 2 usage, 3 workspace missing or invalid, 4 locked, 5 offline and not cached, 130 interrupted.

    :param arguments: what follows ``prle``; by default what the process was called with.
    """
    session = Session()
    try:
        code = app(arguments, prog_name="prle", standalone_mode=False, obj=session)
    except PrleError as error:
        return _failed(session, error, error.message, error.hint, error.exit_code)
    except typer.TyperException as error:
        message, hint = _misused(error.format_message(), session.verb)
        return _failed(session, error, message, hint, error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        text = " ".join(str(error).split())
        message = f"unexpected {type(error).__name__}" + (f": {text}" if text else "")
        return _failed(session, error, message, None if session.debug else "`--debug` shows the traceback.", 1)
    if code == INTERRUPTED:
        messages().print("Interrupted.")
    return code if isinstance(code, int) else 0


@app.callback(invoke_without_command=True)
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


def _failed(session: Session, error: Exception, message: str, hint: str | None, code: int) -> int:
    """Say what went wrong in a line, and what helps in another."""
    console = messages()
    if session.debug:
        console.print("".join(traceback.format_exception(error)), soft_wrap=True)
    say("Error", message, ERROR, console=console)
    if hint:
        say("Hint", hint, console=console)
    return code


def _misused(message: str, verb: str | None) -> tuple[str, str]:
    """Split Typer's message about a wrong call into what is wrong and what helps."""
    line = " ".join(message.replace(_VALIDATOR, "").split())
    suggestion = _SUGGESTION.search(line)
    if suggestion is None:
        command = f"prle {verb}" if verb else "prle"
        return line, f"`{command} --help` shows how to call it."
    meant = (suggestion["verbs"] or suggestion["options"]).replace("'", "")
    return line[: suggestion.start()] + ".", f"did you mean {' or '.join(meant.split(', '))}?"
