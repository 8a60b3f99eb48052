"""The command line as a person calls it, in this process: words in, an exit code and two streams out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Final
from unittest import mock

from prle_cli.app import main
from tests.prle_cli.conftest import Outcome

TICK: Final = 0.5
"""Seconds between two looks at the clock, so that a measurement is soon over."""

_SURROUNDINGS: Final = {"PRLE_CACHE": "cache", "COLUMNS": "100", "SOURCE_DATE_EPOCH": "0"}


class Stream(StringIO):
    """What is typed or shown, on a terminal or not."""

    def __init__(self, text: str = "", *, terminal: bool = False) -> None:
        super().__init__(text)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def run(*words: str, folder: Path, stdin: str = "", terminal: bool = False) -> Outcome:
    """Call ``prle`` in a folder, with a cache of its own there, and no variables that stand in for options.

    :param terminal: whether somebody sits there who types what is on stdin.
    """
    clock, out, err = count(step=TICK), Stream(terminal=terminal), Stream()
    with (
        surroundings(folder),
        mock.patch.object(time, "perf_counter", clock.__next__),
        mock.patch.object(time, "monotonic", clock.__next__),
        mock.patch.object(sys, "stdin", Stream(stdin, terminal=terminal)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = main(words)
    return Outcome(code, out.getvalue(), err.getvalue())


@contextmanager
def surroundings(folder: Path) -> Iterator[None]:
    """Stand in a folder, and let variables say nothing but what is the same for all."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PRLE_", "FORCE_COLOR"))}
    with chdir(folder), mock.patch.dict(os.environ, ours | _SURROUNDINGS, clear=True):
        yield
