"""What one run of the command line knows of itself, and who watches the stages meanwhile."""

from __future__ import annotations

import shlex
import sys
import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.observer import SILENT
from prle_cli.options import DEFAULT_WORKSPACE
from prle_cli.terminal.console import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import typer

    from prle.observer import EpochRecord, Observer


@dataclass
class Session:
    """The options that hold for the whole run, shared by the commands and the error boundary.

    :param verb: the command that was asked for, once it is known.
    """

    quiet: bool = False
    debug: bool = False
    verb: str | None = None


def session_of(context: typer.Context) -> Session:
    """Return the session that ``context`` runs in, opening one where a command is called on its own."""
    return context.ensure_object(Session)


@contextmanager
def watching(context: typer.Context, *, quiet: bool, debug: bool, live: bool = True) -> Iterator[Observer]:
    """Yield the observer that suits stderr: live on a terminal, plain lines in a log, nothing with ``-q``.

    An option counts whether it stands before the verb or after it. The warnings of other libraries are meant for
    developers, so they show only with ``--debug`` or where Python was told to show them.

    :param live: whether stderr may move; not while results go to the same terminal.
    """
    session = session_of(context)
    session.quiet |= quiet
    session.debug |= debug
    with warnings.catch_warnings():
        if not (session.debug or sys.warnoptions):
            warnings.simplefilter("ignore")
        if session.quiet:
            yield SILENT
            return
        with ExitStack() as stack:
            yield _Waiting(stack, live=live)


@final
class _Waiting:
    """Looks for something to draw on when the first thing happens: an answer that is there at once pays for nothing.

    :param stack: closes what was opened.
    :param live: as in :func:`watching`.
    """

    def __init__(self, stack: ExitStack, *, live: bool) -> None:
        self._stack = stack
        self._live = live
        self._observer: Observer | None = None

    def note(self, message: str) -> None:
        self._opened().note(message)

    def warn(self, message: str) -> None:
        self._opened().warn(message)

    def progress(self, task: str, done: int, total: int, unit: str) -> None:
        self._opened().progress(task, done, total, unit)

    def epoch(self, record: EpochRecord) -> None:
        self._opened().epoch(record)

    def _opened(self) -> Observer:
        if self._observer is None:
            from prle_cli.terminal.progress import observing

            self._observer = self._stack.enter_context(observing(live=self._live))
        return self._observer


def suggest(context: typer.Context, command: str, workspace: Path) -> None:
    """Say which command usually comes next, on stderr, unless nobody wants to hear it."""
    if not session_of(context).quiet:
        elsewhere = "" if workspace == DEFAULT_WORKSPACE else f" -w {shlex.quote(str(workspace))}"
        say("Next", f"`{command}{elsewhere}`")
