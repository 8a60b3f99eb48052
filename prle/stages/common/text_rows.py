"""From a workspace whose labels are texts to what is fitted on, asked and found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.errors import UsageError, WorkspaceError
from prle.models.texts.interface import Library, Questions
from prle.models.texts.routers import Asked

if TYPE_CHECKING:
    from prle.data.interface import SplitName
    from prle.workspace import Workspace


def questions_of(workspace: Workspace, split: SplitName) -> Questions:
    """Return the rows of one split.

    :raises WorkspaceError: where it has none.
    :raises UsageError: where rows are pairs of texts.
    """
    if not workspace.splits.get(split):
        message = f"{workspace.path.name}: expected {split} rows, it has none."
        raise WorkspaceError(message, hint="run `prle embed` on a source with train and validation rows")
    manifest = workspace.manifest
    if len(manifest.fields) != 1:
        message = f"{workspace.path.name}: expected one text a row where labels are texts, got {len(manifest.fields)}."
        raise UsageError(message, hint="leave out --text-pair")
    rows = range(workspace.splits[split])
    return Questions(
        asked=Asked(
            vectors=workspace.embeddings(split)[:, 0],
            groups=workspace.groups(split),
            paths=workspace.paths(split),
        ),
        codes=workspace.labels(split).astype(np.int64),
        texts=() if manifest.columns else tuple(workspace.row_texts(split, row)[0] for row in rows),
    )


def library_of(workspace: Workspace) -> Library:
    """Return the texts of a workspace."""
    # A copy: torch takes no arrays that cannot be written.
    vectors = np.array(workspace.target_vectors, np.float32)
    return Library(vectors=vectors, texts=tuple(workspace.targets))
