"""The splits of a workspace, as somebody names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.data.interface import SPLITS
from prle.errors import WorkspaceError, unknown_name

if TYPE_CHECKING:
    from prle.data.interface import SplitName
    from prle.workspace import Workspace


def known_split(workspace: Workspace, split: str) -> SplitName:
    """Return ``split`` as a split that the workspace has rows in.

    :raises UsageError: for a name that is no split.
    :raises WorkspaceError: for a split without rows.
    """
    for known in SPLITS:
        if split == known:
            if not workspace.splits.get(known):
                message = f"{workspace.path.name} has no {known} rows, only {', '.join(workspace.splits)}."
                raise WorkspaceError(message)
            return known
    unknown = unknown_name("split", split, SPLITS)
    raise unknown
