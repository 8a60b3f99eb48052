"""A new version takes the place of a file whole, or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from prle.errors import WorkspaceError
from prle.workspace import layout
from prle.workspace.files.writer import tree_bytes, write_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prle.workspace.files.tree import Branch

OVERHEAD_BYTES: Final = 1 << 20
"""Generous for the structure of the file, which is not counted leaf by leaf."""


def replace_tree(target: Path, root: Branch) -> int:
    """Make ``root`` the content of ``target``: a reader sees the old file or the new one, never a mixture.

    The caller holds the lock of ``target``.

    :return: the size of the new file in bytes.
    :raises WorkspaceError: when it cannot be written; ``target`` is then as it was.
    """
    require_free(target, tree_bytes(root))
    try:
        with _replacing(target) as temporary:
            write_tree(temporary, root)
        return target.stat().st_size
    except OSError as error:
        message = f"{target}: cannot be written ({error.strerror or error}). It is as it was before."
        raise WorkspaceError(message, hint="check the disk and the permissions of its folder") from error


def require_free(target: Path, needed: int) -> None:
    """Refuse to begin what the disk cannot hold.

    :param needed: bytes of arrays that will be written beside ``target``.
    :raises WorkspaceError: when there is not enough room, or no such folder.
    """
    try:
        free = shutil.disk_usage(target.parent).free
    except OSError as error:
        message = f"{target}: its folder cannot be written ({error.strerror or error})."
        raise WorkspaceError(
            message, hint=f"make the folder {target.parent} first, or choose another with -w"
        ) from error
    if free < needed + OVERHEAD_BYTES:
        message = (
            f"{target}: writing it needs {_megabytes(needed + OVERHEAD_BYTES)} of disk, and {_megabytes(free)} is free."
        )
        raise WorkspaceError(message, hint="free some space, choose another folder with -w, or embed with float16")


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Give a path to build the new file at, then put it in the place of ``target``."""
    temporary = layout.temporary_path(target)
    # What a killed writer left; nobody else can be writing it while we hold the lock.
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        if target.exists():
            shutil.copymode(target, temporary)
        _sync(temporary)
        temporary.replace(target)
        _sync_folder(target.parent)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    # Without this a power cut can undo the replacement. Some systems cannot open a folder; they do it themselves.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
