"""What went wrong, as one line and a hint: the same at the end of a command, in the shell and over HTTP."""

from __future__ import annotations

import traceback
from typing import NamedTuple

from prle.errors import PrleError
from prle_cli.terminal.console import ERROR, messages, say


class Failure(NamedTuple):
    """What to say of an error, without the words "Error" and "Hint", and the exit code that it would have."""

    message: str
    hint: str | None
    code: int


def failure_of(error: Exception, *, debug: bool = False) -> Failure:
    """Return what to say of an error: its own words, or for one that nobody foresaw its kind."""
    if isinstance(error, PrleError):
        return Failure(error.message, error.hint, error.exit_code)
    text = " ".join(str(error).split())
    message = f"unexpected {type(error).__name__}" + (f": {text}" if text else "")
    return Failure(message, None if debug else "`--debug` shows the traceback.", 1)


def tell(failure: Failure, error: Exception, *, debug: bool = False) -> int:
    """Say what went wrong in a line on stderr, and what helps in another; return the exit code."""
    console = messages()
    if debug:
        console.print("".join(traceback.format_exception(error)), soft_wrap=True)
    say("Error", failure.message, ERROR, console=console)
    if failure.hint:
        say("Hint", failure.hint, console=console)
    return failure.code
