"""The fits of a search as records: read from a workspace, and put in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from prle.errors import WorkspaceError
from prle.stages.fit.interface import TrialRecord

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prle.workspace.interface import StoredSearch


def read_trials(workspace: Path, search: StoredSearch) -> tuple[TrialRecord, ...]:
    """Turn what a file says of a search into records: it may be anybody's file.

    :raises WorkspaceError: where it says something else.
    """
    try:
        return TypeAdapter(tuple[TrialRecord, ...]).validate_python(search.runs)
    except ValidationError as foreign:
        problem = foreign.errors()[0]
        place = ".".join(str(step) for step in problem["loc"])
        message = f"{workspace}: search {search.name}: run {place}: {problem['msg'][0].lower()}{problem['msg'][1:]}."
        raise WorkspaceError(message, hint="search under another --name") from None


def best_trials(runs: Iterable[TrialRecord]) -> tuple[TrialRecord, ...]:
    """Return the longest fit of each trial, best first: who got further comes before who did not, then the error."""
    longest: dict[int, TrialRecord] = {}
    for run in sorted(runs, key=lambda run: run.epochs):
        longest[run.trial] = run
    return tuple(sorted(longest.values(), key=lambda run: (-run.epochs, run.error, run.trial)))
