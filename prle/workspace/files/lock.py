"""One writer at a time: a lock beside the file, and a note that says who holds it."""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prle.errors import LockedError, WorkspaceError
from prle.workspace import layout

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMIT_PATIENCE: Final = 10.0
"""Seconds to wait for another commit, which takes about as long as copying the file."""
POLL_SECONDS: Final = 0.05
NOTE_BYTES: Final = 4096


@contextmanager
def held(target: Path, *, patience: float) -> Iterator[None]:
    """Hold the lock of ``target`` while the block runs. A killed holder leaves it free.

    :param patience: seconds to wait for another holder; 0 gives up at once.
    :raises LockedError: when another process holds it, naming that process.
    :raises WorkspaceError: when its folder is missing, or nothing can be written there.
    """
    # Here, because importing filelock costs as much as numpy and readers never need it.
    from filelock import FileLock, Timeout

    # filelock would make the folder, and a mistyped path should not.
    if not target.parent.is_dir():
        message = f"{target}: the folder {target.parent} does not exist."
        raise WorkspaceError(message, hint="make it first, or choose another workspace with -w")
    lock = FileLock(layout.lock_path(target), timeout=patience, poll_interval=POLL_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise _locked(target) from None
    except OSError as error:
        message = f"{target}: cannot be locked for writing ({error.strerror or error})."
        raise WorkspaceError(message, hint="choose a workspace in a folder that you may write to, with -w") from error
    try:
        _sign(target)
        yield
    finally:
        with suppress(OSError):
            layout.holder_path(target).unlink()
        lock.release()


def _sign(target: Path) -> None:
    # Its own file, because some versions of filelock empty the lock file of another holder when they try it.
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    note = {"pid": os.getpid(), "host": socket.gethostname(), "command": command}
    # A new file, so that nothing is written through a link that somebody laid there.
    with suppress(OSError):
        layout.holder_path(target).unlink(missing_ok=True)
        with layout.holder_path(target).open("x", encoding="utf-8") as file:
            file.write(json.dumps(note)[:NOTE_BYTES])


def _locked(target: Path) -> LockedError:
    message = f"{target} is being written by {_holder(target)}."
    return LockedError(message, hint="wait until it has finished, or end it, and run the command again")


def _holder(target: Path) -> str:
    try:
        with layout.holder_path(target).open("rb") as file:
            note = json.loads(file.read(NOTE_BYTES))
        return f"process {int(note['pid'])} on {note['host']} ({note['command']})"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "another process"
