"""The commits that give a workspace new sections."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prle.errors import WorkspaceError
from prle.workspace import journal, layout, sections
from prle.workspace.data import identity_of
from prle.workspace.files.commit import replace_tree
from prle.workspace.files.lock import COMMIT_PATIENCE, held
from prle.workspace.files.tree import Branch, branch
from prle.workspace.opened import Workspace, read_workspace
from prle.workspace.vectors import vectors_branch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from prle.encoders.record import EncoderState
    from prle.workspace.contents import Contents
    from prle.workspace.files.tree import Node
    from prle.workspace.interface import Manifest, StoredModel, StoredSearch


@dataclass(frozen=True, kw_only=True, eq=False)
class TargetVectors:
    """The vectors of target texts (A, T), float32 or float16, and the hash of what they were computed from."""

    vectors: NDArray[np.floating]
    made_from: str


def save_model(path: Path, model: StoredModel) -> None:
    """Commit ``model``: it replaces the one of that name; everything else keeps its bytes.

    :raises UsageError: when its name cannot be used.
    :raises LockedError: when another process is writing for longer than a commit takes.
    :raises WorkspaceError: when the workspace is missing or damaged, or cannot be written.
    """
    sections.check_model_name(model.name)
    with _writing(path) as workspace:
        basis = workspace.basis if workspace.identity == model.made_from else {}
        stored = sections.model_branch(model, basis=basis)
        _commit_models(workspace, {**workspace._models.members, model.name: stored})


def save_edit(path: Path, model: StoredModel, *, record: Mapping[str, Any], seal: str) -> None:
    """Commit an edited model with a journal from which :func:`undo_edit` restores what it was, byte by byte.

    :param record: what was done, JSON values only.
    :param seal: that of the model as it was when the edit was computed.
    :raises LockedError: when another process is writing for longer than a commit takes.
    :raises WorkspaceError: when the model has changed meanwhile, or the workspace cannot be read or written.
    """
    with _writing(path) as workspace:
        before = workspace._fresh_section(model.name)
        if before.checksum != seal:
            message = f"{path}: model {model.name} was changed by another process meanwhile."
            raise WorkspaceError(message, hint="look at it, and run the command again")
        after = sections.model_branch(model, basis=workspace.basis)
        edited = journal.with_edit(before, after, record)
        _commit_models(workspace, {**workspace._models.members, model.name: edited})


def undo_edit(path: Path, name: str) -> None:
    """Commit the model ``name`` as it was before its last edit.

    :raises UsageError: when it was never edited.
    :raises LockedError: when another process is writing for longer than a commit takes.
    :raises WorkspaceError: when there is no such model, or the workspace cannot be read or written.
    """
    with _writing(path) as workspace:
        restored = journal.without_last_edit(workspace._fresh_section(name), name)
        _commit_models(workspace, {**workspace._models.members, name: restored})


def save_search(path: Path, search: StoredSearch) -> None:
    """Commit what a search has measured: it replaces what there is under that name; everything else keeps its bytes.

    :raises UsageError: when its name cannot be used.
    :raises LockedError: when another process is writing for longer than a commit takes.
    :raises WorkspaceError: when the workspace is missing or damaged, or cannot be written.
    """
    sections.check_model_name(search.name)
    with _writing(path) as workspace:
        searches = {**workspace._searches, search.name: sections.search_leaf(search)}
        _commit(workspace, layout.SEARCHES_GROUP, branch(layout.SEARCHES, searches, made_from=layout.NOTHING))


def drop_model(path: Path, name: str) -> None:
    """Commit the workspace without the model ``name``; what a search for it has measured stays.

    :raises LockedError: when another process is writing for longer than a commit takes.
    :raises WorkspaceError: when there is no such model, or the workspace cannot be read or written.
    """
    with _writing(path) as workspace:
        workspace._model_section(name)
        kept = {other: node for other, node in workspace._models.members.items() if other != name}
        _commit_models(workspace, kept)


def save_embeddings(
    path: Path,
    *,
    contents: Contents,
    manifest: Manifest,
    vectors: NDArray[np.floating],
    made_from: str,
    encoder: EncoderState | None = None,
    targets: TargetVectors | None = None,
) -> int:
    """Commit new contents and their vectors; models and searches that are there stay, and become stale.

    :param vectors: *Shape:* (distinct texts, H), float32 or float16.
    :param made_from: hash of what the vectors were computed from.
    :param encoder: what an encoder has learnt that was fitted on these contents.
    :param targets: the vectors of the target texts, where labels are texts.
    :return: the size of the file in bytes.
    :raises LockedError: when another process is writing for longer than a commit takes.
    :raises WorkspaceError: when what is there is no workspace, or it cannot be written.
    """
    # A commit replaces the file that a link points at, not the link.
    target = Path(os.path.realpath(path))
    data: dict[str, Node] = {
        layout.MANIFEST: sections.manifest_leaf(manifest, made_from=contents.source),
        layout.TEXTS: sections.texts_branch(contents.texts, made_from=contents.source),
        layout.SPLITS_GROUP: sections.splits_branch(contents),
        layout.EMBEDDINGS_GROUP: vectors_branch(vectors, made_from=made_from),
    }
    if encoder is not None:
        data[layout.ENCODER_GROUP] = sections.encoder_branch(encoder, made_from=contents.source)
    if targets is not None and contents.targets is not None:
        data[layout.TARGETS_GROUP] = sections.targets_branch(
            contents.targets, targets.vectors, source=contents.source, made_from=targets.made_from
        )
    for name, marks in ((layout.GROUPS, contents.groups), (layout.PATHS, contents.paths)):
        if marks is not None:
            data[name] = sections.texts_branch(marks.names, made_from=contents.source)
    with held(target, patience=COMMIT_PATIENCE):
        before = read_workspace(target) if os.path.lexists(target) else None
        models = before._models.members if before else {}
        data[layout.MODELS_GROUP] = branch(layout.MODELS, models, made_from=layout.NOTHING)
        if before and before._searches:
            data[layout.SEARCHES_GROUP] = branch(layout.SEARCHES, before._searches, made_from=layout.NOTHING)
        unnamed = branch(layout.WORKSPACE, data, made_from=layout.NOTHING)
        return replace_tree(target, branch(layout.WORKSPACE, data, made_from=identity_of(unnamed, manifest)))


@contextmanager
def _writing(path: Path) -> Iterator[Workspace]:
    """Open a workspace that nobody else can change until the block ends."""
    # First without the lock: where there is no workspace, no lock file should appear beside it.
    read_workspace(path)
    target = Path(os.path.realpath(path))
    with held(target, patience=COMMIT_PATIENCE):
        yield read_workspace(target)


def _commit_models(workspace: Workspace, models: Mapping[str, Node]) -> None:
    _commit(workspace, layout.MODELS_GROUP, branch(layout.MODELS, models, made_from=layout.NOTHING))


def _commit(workspace: Workspace, name: str, section: Branch) -> None:
    """Replace one section that a workspace is not identified by."""
    root = workspace._root
    members = {**root.members, name: section}
    replace_tree(workspace.path, branch(root.encoding, members, made_from=root.made_from))
