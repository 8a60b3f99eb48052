"""Everything that a workspace says, verified, as plain values that can be compared."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prle.workspace.opened import open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.workspace.interface import StoredSearch
    from prle.workspace.opened import Workspace

State = dict[str, object]

MODEL = "model "
"""What the names of the sections of models begin with."""


def read_everything(path: Path) -> State:
    """Read, and so verify, every number of a workspace; return them by section.

    Seconds are left out: they are the only thing that two runs of one command disagree about.

    :raises WorkspaceError: where anything is not what was written.
    """
    with open_workspace(path) as workspace:
        state: State = {"manifest": asdict(workspace.manifest), "identity": workspace.identity}
        state["texts"] = tuple(workspace.texts)
        state["vectors"] = workspace.vectors.tobytes()
        state["encoder"] = _encoder(workspace)
        for split in workspace.splits:
            state[split] = workspace.rows(split).tobytes(), workspace.labels(split).tobytes()
        for name in workspace.model_names:
            state[MODEL + name] = _model(workspace, name)
        for name in workspace.search_names:
            state[f"search {name}"] = _search(workspace.search(name))
        return state


def _encoder(workspace: Workspace) -> object:
    encoder = workspace.encoder_state
    return None if encoder is None else (dict(encoder.settings), _plain(encoder.arrays))


def _model(workspace: Workspace, name: str) -> object:
    told = [workspace.settings(name), workspace.summary(name), workspace.history(name), workspace.created(name)]
    state = [_timeless(each) for each in told]
    if workspace.stale(name):
        return state
    return [*state, *workspace.edits(name), _plain(workspace.model(name).arrays)]


def _search(search: StoredSearch | None) -> object:
    return None if search is None else _timeless(asdict(search))


def _plain(arrays: Mapping[str, NDArray[Any]]) -> dict[str, object]:
    return {path: (array.dtype.str, array.shape, array.tobytes()) for path, array in arrays.items()}


def _timeless(value: Any) -> Any:
    """Return a JSON value without what it says of seconds."""
    if isinstance(value, dict):
        return {key: _timeless(each) for key, each in value.items() if "seconds" not in key}
    return [_timeless(each) for each in value] if isinstance(value, list | tuple) else value
