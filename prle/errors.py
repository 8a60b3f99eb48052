"""What can go wrong, as one small tree: each error carries what to do and how the process ends."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LISTED: Final = 50
"""As many names as an error lists; a header can have a million."""

_COMPARED: Final = 10_000
"""As many names as a misspelt one is compared with."""


class PrleError(Exception):
    """Anything prle refuses to do.

    :param message: one line: what was expected and what arrived.
    :param hint: the command or change that helps, without the word "Hint".
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(PrleError):
    """An option or argument that cannot be used as given."""

    exit_code = 2


class DataError(PrleError):
    """A source that cannot be read as a data set."""


class WorkspaceError(PrleError):
    """The workspace is missing, invalid or not what the command needs."""

    exit_code = 3


class LockedError(PrleError):
    """Another process is writing this workspace."""

    exit_code = 4


class OfflineError(PrleError):
    """Something has to be downloaded and cannot be."""

    exit_code = 5


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that ``word`` was probably meant to be, if one is close."""
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def unknown_name(kind: str, word: str, known: Iterable[str]) -> UsageError:
    """Build the error for a name that is not one of ``known``, suggesting the nearest."""
    names = list(known)
    near = nearest(word, names[:_COMPARED])
    listed = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else "")
    hint = f"did you mean {near}?" if near else f"one of: {listed}"
    message = f"{kind}: expected one of {listed}; got {word!r}."
    return UsageError(message, hint=hint)
