"""History: how a stored model was fitted, epoch by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from prle.errors import WorkspaceError
from prle.observer import EpochRecord
from prle.stages.info.interface import HistoryReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from prle.workspace import Workspace


def history(opened: Workspace, name: str) -> HistoryReport:
    """Return the epochs of a model, stale or not; the last one that was best is the one that was kept.

    A model in which nothing was trained by steps has none.

    :raises WorkspaceError: where there is no such model, or its history is none.
    """
    epochs = _epochs(opened.path, name, opened.history(name))
    return HistoryReport(
        workspace=opened.path,
        model=name,
        label=opened.manifest.label,
        best_epoch=max((record.epoch for record in epochs if record.best), default=epochs[0].epoch if epochs else 0),
        epochs=epochs,
    )


def _epochs(workspace: Path, name: str, stored: Iterable[Mapping[str, Any]]) -> tuple[EpochRecord, ...]:
    """Turn what a file says into records: it may be anybody's file."""
    try:
        return TypeAdapter(tuple[EpochRecord, ...]).validate_python(tuple(stored))
    except ValidationError as foreign:
        problem = foreign.errors()[0]
        place = ".".join(str(step) for step in problem["loc"])
        message = f"{workspace}: model {name}: history {place}: {problem['msg'][0].lower()}{problem['msg'][1:]}."
        raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again") from None
