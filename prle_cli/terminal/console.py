"""The two streams, the few styles, and the only way a user's text reaches the terminal.

Results go to stdout, everything said about them to stderr. Styles use the terminal's own colours, so that they
read on light and on dark ground, and every picture also reads without any.
"""

from __future__ import annotations

import io
import os
import re
import sys
from typing import TYPE_CHECKING, Final, NoReturn

import typer
from rich.console import Console
from rich.style import Style
from rich.text import Text

from prle.stages.common.writing import safe as safe

if TYPE_CHECKING:
    from typing import TextIO

TITLE: Final = Style(bold=True)
MUTED: Final = Style(dim=True)
ACCENT: Final = Style(color="cyan")
MODEL: Final = Style(color="cyan", bold=True)
BEST: Final = Style(color="green", bold=True)
TRUTH: Final = Style(color="magenta", bold=True)
NEGATIVE: Final = Style(color="red")
WARNING: Final = Style(color="yellow")
ERROR: Final = Style(color="red", bold=True)

CLOSED_PIPE: Final = 141
"""128 + SIGPIPE: how a Unix program ends when nobody reads on (``prle predict ... | head``)."""

_COMMAND: Final = re.compile(r"`([^`]+)`")


class _Output(Console):
    """A console whose reader may leave early without a fuss."""

    def on_broken_pipe(self) -> NoReturn:
        """End quietly: the reader has what it wanted."""
        leave_closed_pipe()


def output() -> Console:
    """Return the console for results, on whatever stdout is now."""
    _never_fail_to_encode(sys.stdout)
    return _Output(markup=False, emoji=False, highlight=False)


def messages() -> Console:
    """Return the console for progress, notes and errors, on whatever stderr is now."""
    _never_fail_to_encode(sys.stderr)
    return Console(stderr=True, markup=False, emoji=False, highlight=False)


def leave_closed_pipe() -> NoReturn:
    """Stop writing to a stdout that nobody reads, so that nothing is flushed into it at exit.

    :raises typer.Exit: always, with ``CLOSED_PIPE``.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    raise typer.Exit(CLOSED_PIPE)


def cell(text: str, style: Style | str = "") -> Text:
    """Return a user's text as Rich text: never markup, never control characters, cut with an ellipsis."""
    return Text(safe(text), style=style, overflow="ellipsis", no_wrap=True)


def prose(text: str, style: Style | str = "") -> Text:
    """Return a sentence of prle, with the commands between its backticks standing out."""
    line = Text(safe(text), style=style)
    line.highlight_regex(_COMMAND, ACCENT)
    return line


def say(word: str, sentence: str, style: Style = MUTED, *, console: Console | None = None) -> None:
    """Write one line to stderr, such as ``Hint: run `prle fit` first``, never broken to the terminal's width."""
    line = Text.assemble((f"{word}: ", style), prose(sentence))
    (console or messages()).print(line, soft_wrap=True)


def use_utf8(stream: TextIO, errors: str) -> None:
    """Make a stream write UTF-8 and leave line ends alone, whatever the locale says; a stand-in stays as it is."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors=errors, newline="")


def _never_fail_to_encode(stream: TextIO) -> None:
    """Let a terminal that knows fewer characters than a text show ``?`` for the others."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
