"""The lines that somebody typed into a shell, for the arrow keys of the next one: texts, in a file of their owner's."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from prle.data.replacing import replacing
from prle.encoders.cache.folder import history_file, make_private

if TYPE_CHECKING:
    from pathlib import Path

KEPT: Final = 1_000
"""Lines that a new shell still knows."""

_MODE: Final = 0o600


def read_history(folder: Path) -> list[str]:
    """Return the last lines, the oldest first; none where there is nothing that can be read.

    A file that has grown to twice what is kept is cut.
    """
    try:
        lines = history_file(folder).read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
    except OSError:
        return []
    if len(lines) > 2 * KEPT:
        with suppress(OSError), replacing(history_file(folder)) as target:
            _append(target, lines[-KEPT:])
    return lines[-KEPT:]


def add_to_history(folder: Path, line: str) -> None:
    """Keep a line, unless that cannot be done; only its owner can read the file."""
    with suppress(OSError):
        make_private(folder)
        _append(history_file(folder), [line])


def forget_history(folder: Path) -> None:
    """Remove every line.

    :raises OSError: when they cannot be removed.
    """
    history_file(folder).unlink(missing_ok=True)


def history_size(folder: Path) -> int:
    """Return the bytes of all lines."""
    try:
        return history_file(folder).stat().st_size
    except OSError:
        return 0


def _append(file: Path, lines: list[str]) -> None:
    content = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _MODE)
    try:
        os.write(descriptor, content)
    finally:
        os.close(descriptor)
