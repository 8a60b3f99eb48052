"""Where the user's cache lies, what is in it by name, and how a file gets there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "PRLE_CACHE"
OFF: Final = "off"


def cache_folder() -> Path | None:
    """Return prle's own cache folder, which need not exist; None where ``PRLE_CACHE`` is ``off`` or nobody has a home.

    ``PRLE_CACHE`` names it; else it is ``prle`` in ``XDG_CACHE_HOME``, else ``~/.cache/prle``.
    """
    said = os.environ.get(VARIABLE, "")
    if said.lower() == OFF:
        return None
    if said:
        return Path(said).expanduser()
    # The specification says that a relative path is to be ignored: https://specifications.freedesktop.org/basedir/.
    shared = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if shared.is_absolute():
        return shared / "prle"
    try:
        return Path.home() / ".cache" / "prle"
    except RuntimeError:
        return None


def vectors_file(folder: Path) -> Path:
    """Return where the vectors of texts asked before are."""
    return folder / "vectors.sqlite"


def history_file(folder: Path) -> Path:
    """Return where the lines typed into a shell are."""
    return folder / "history"


def encoders_folder(folder: Path) -> Path:
    """Return where converted encoders are, each in a folder named after its fingerprint."""
    return folder / "encoders"


def make_private(folder: Path) -> None:
    """Make a folder that nobody else can look into, and those above it where they are missing.

    :raises OSError: when it cannot be made.
    """
    for each in (*reversed(folder.parents), folder):
        each.mkdir(mode=0o700, exist_ok=True)
