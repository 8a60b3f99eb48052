"""Opening a workspace to read it, and the commits that give it new sections."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np

from prle.data.row_text import row_cells
from prle.errors import DataError, WorkspaceError, nearest
from prle.texts import pack
from prle.workspace import journal, layout, sections
from prle.workspace.commit import replace_tree
from prle.workspace.lock import COMMIT_PATIENCE, held
from prle.workspace.reader import read_tree
from prle.workspace.tree import Branch, branch, canonical, damaged, member, member_branch
from prle.workspace.vectors import MappedRows, StoredVectors, vectors_branch
from prle.workspace.writer import tree_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.encoder_record import EncoderState
    from prle.texts import PackedTexts
    from prle.workspace.contents import Contents
    from prle.workspace.interface import Manifest, StoredModel, StoredSearch
    from prle.workspace.tree import Node


@final
class Workspace:
    """One version of a workspace, as it was when it was opened.

    Whatever is asked for is verified first; nothing wrong is given silently. Arrays are fresh copies, except
    ``vectors``, which is a read-only view of the mapped file.

    :param path: where it was found.
    :param root: its tree.
    :raises WorkspaceError: when its manifest or its identity is not what it has to be. Every property and method
        raises it where the section behind it is damaged.
    """

    def __init__(self, path: Path, root: Branch) -> None:
        self.path = path
        self.manifest: Manifest = sections.read_manifest(root)
        self.identity: str = _identity(root, self.manifest)
        self._root = root
        self._splits: dict[SplitName, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        if root.made_from != self.identity:
            raise damaged(root.where, "its sections do not belong together")

    @property
    def format_version(self) -> str:
        """``major.minor`` of the format that the file was written in."""
        return self._root.encoding.version

    @cached_property
    def source(self) -> str:
        """Hash of the texts, rows and labels as they came from the data set."""
        return member(self._root, layout.TEXTS).made_from

    @property
    def vectors_made_from(self) -> str:
        """Hash of the texts, the encoder and the number type behind the vectors."""
        return member(self._root, layout.EMBEDDINGS_GROUP).made_from

    @cached_property
    def splits(self) -> dict[SplitName, int]:
        """Rows of each split that is there."""
        return {name: len(self._split(name)[1]) for name in sections.split_names(self._root)}

    def rows(self, split: SplitName) -> NDArray[np.int64]:
        """Return the ids of the distinct texts of each row. *Shape:* (N, S)."""
        return self._split(split)[0].copy()

    def labels(self, split: SplitName) -> NDArray[np.float64]:
        """Return the labels of a split, in label units, finite. *Shape:* (N,)."""
        return self._split(split)[1].copy()

    @cached_property
    def texts(self) -> PackedTexts:
        """The distinct texts by id, decoded when they are looked at."""
        return sections.read_texts(self._root)

    @cached_property
    def targets(self) -> PackedTexts:
        """The distinct target texts by code; none where labels are no texts."""
        return sections.read_texts(self._targets) if self._targets is not None else pack(())

    @property
    def target_vectors(self) -> NDArray[np.floating]:
        """The vectors of the target texts, verified: a read-only view of the file. *Shape:* (A, T).

        :raises WorkspaceError: where labels are no texts.
        """
        record = self.manifest.target_encoder
        if self._targets is None or record is None:
            message = f"{self.path}: expected labels that are texts."
            raise WorkspaceError(message, hint="run `prle embed SOURCE --target COLUMN` with the column of the texts")
        section = member_branch(self._targets, layout.EMBEDDINGS_GROUP, layout.EMBEDDINGS)
        stored = StoredVectors(section)
        if stored.shape != (len(self.targets), record.width):
            expected = (len(self.targets), record.width)
            raise damaged(section.where, f"expected vectors of shape {expected}, got {stored.shape}")
        return stored.whole()

    @property
    def targets_made_from(self) -> str:
        """Hash of the target texts, their encoder and the number type behind their vectors; empty without any."""
        return "" if self._targets is None else self._targets.made_from

    def groups(self, split: SplitName) -> tuple[str, ...]:
        """Return the group of each row, an empty one where it has none; nothing where no groups are known."""
        return self._marks(layout.GROUPS, split)

    def paths(self, split: SplitName) -> tuple[str, ...]:
        """Return the path of each row, an empty one where it has none; nothing where no paths are known."""
        return self._marks(layout.PATHS, split)

    def row_texts(self, split: SplitName, n: int) -> tuple[str, ...]:
        """Return the S texts of row ``n``."""
        return tuple(self.texts[i] for i in self._split(split)[0][n].tolist())

    def row_cells(self, split: SplitName, n: int) -> tuple[str, ...]:
        """Return row ``n`` as a reader sees it, in the order of ``manifest.names``: its texts, or cells of a table."""
        texts = self.row_texts(split, n)
        if not self.manifest.columns:
            return texts
        try:
            return row_cells(texts[0], self.manifest.names)
        except DataError as error:
            raise damaged(member(self._root, layout.TEXTS).where, f"{split} row {n}: {error.message}") from error

    @property
    def encoder_state(self) -> EncoderState | None:
        """What the encoder has learnt from the training rows; None for one that was not fitted on them."""
        return sections.read_encoder(self._root)

    @property
    def vectors(self) -> NDArray[np.floating]:
        """All vectors, verified: a read-only view of the file, float32 or float16. *Shape:* (texts, H)."""
        return self._vectors.whole()

    @property
    def vector_dtype(self) -> str:
        """``float32`` or ``float16``."""
        return self._vectors.dtype

    def embeddings(self, split: SplitName) -> NDArray[np.float32]:
        """Return the vectors of the texts of each row. *Shape:* (N, S, H), float32."""
        return self.vectors_of(self._split(split)[0])

    def mapped(self, split: SplitName, *, resident: int) -> MappedRows:
        """Return the vectors of the texts of each row, which stay in the file until they are taken.

        :param resident: bytes of the file that may stay in memory, about.
        """
        return MappedRows(self._vectors, self._split(split)[0], resident=resident)

    def vectors_of(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of distinct texts, verified. *Shape:* that of ``ids``, then H, float32."""
        return self._vectors.gather(ids)

    def known_vectors(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of those of ``texts`` that it holds, by text. *Shape:* (H,) each, float32."""
        found = self.texts.find(texts)
        return dict(zip(found, self.vectors_of(np.array(list(found.values()), np.int64)), strict=True))

    @property
    def model_names(self) -> tuple[str, ...]:
        """The stored models, sorted by name."""
        return tuple(sorted(self._models.members))

    def model(self, name: str) -> StoredModel:
        """Return the model ``name``, ready to predict with these embeddings.

        :raises WorkspaceError: when there is none, it is damaged, or it was fitted on other embeddings.
        """
        return sections.read_model(name, self._fresh_section(name))

    def evidence(self, name: str) -> Mapping[str, NDArray[np.generic]]:
        """Return what the experts of the model ``name`` were solved on, by path; empty where it is not kept.

        :raises WorkspaceError: as for the model itself.
        """
        return sections.read_evidence(self._fresh_section(name))

    def summary(self, name: str) -> Mapping[str, Any]:
        """Return what ``info`` lists of a model, stale or not."""
        return sections.read_object(self._model_section(name), layout.SUMMARY)

    def settings(self, name: str) -> Mapping[str, Any]:
        """Return the settings that a model was fitted with, stale or not, as nested plain values."""
        return sections.read_object(self._model_section(name), layout.CONFIG)

    def edits(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """Return what was done to a model since it was fitted, stale or not, oldest first, as plain values."""
        return journal.read_edits(self._model_section(name))

    def seal(self, name: str) -> str:
        """Return the checksum of a model, which is another one after every change."""
        return self._model_section(name).checksum

    def history(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """Return what was measured of each epoch of a model, stale or not, as plain values."""
        return sections.read_history(self._model_section(name))

    def created(self, name: str) -> str:
        """Return when a model was fitted, UTC, ISO 8601."""
        return str(sections.read_object(self._model_section(name), layout.RECORD).get("created", ""))

    def stale(self, name: str) -> str | None:
        """Return what has changed since the model was fitted, or None where nothing has."""
        section = self._model_section(name)
        if section.made_from == self.identity:
            return None
        basis = sections.read_object(section, layout.RECORD).get("basis")
        now = self.basis
        if not isinstance(basis, dict) or basis.keys() != now.keys():
            return "the embeddings have changed"
        changed = []
        if basis["fingerprint"] != now["fingerprint"]:
            changed.append(f"the encoder has changed (was {basis['encoder']}, is {now['encoder']})")
        if basis["source"] != now["source"]:
            changed.append(f"the data have changed (was {basis['dataset']}, is {now['dataset']})")
        return " and ".join(changed) or "the vectors have changed"

    @property
    def basis(self) -> dict[str, str]:
        """What a model fitted now is fitted on, in the words of ``stale``."""
        encoder = self.manifest.encoder
        return {
            "dataset": self.manifest.dataset,
            "encoder": encoder.name,
            "fingerprint": encoder.fingerprint,
            "source": self.source,
        }

    @property
    def search_names(self) -> tuple[str, ...]:
        """The models that were searched for, or are, sorted by name."""
        return tuple(sorted(self._searches))

    def search(self, name: str) -> StoredSearch | None:
        """Return what the search for the model ``name`` has measured, on whatever embeddings; None without one."""
        if name not in self._searches:
            return None
        return sections.read_search(member_branch(self._root, layout.SEARCHES_GROUP, layout.SEARCHES), name)

    def section_sizes(self) -> dict[str, int]:
        """Return the bytes of each section; models as ``models/NAME``."""
        sizes = {name: tree_bytes(node) for name, node in self._root.members.items() if name != layout.MODELS_GROUP}
        models = {f"{layout.MODELS_GROUP}/{name}": tree_bytes(node) for name, node in self._models.members.items()}
        return {**sizes, **models}

    @cached_property
    def _models(self) -> Branch:
        return member_branch(self._root, layout.MODELS_GROUP, layout.MODELS)

    @cached_property
    def _searches(self) -> Mapping[str, Node]:
        return _searches(self._root)

    @cached_property
    def _vectors(self) -> StoredVectors:
        section = member_branch(self._root, layout.EMBEDDINGS_GROUP, layout.EMBEDDINGS)
        stored = StoredVectors(section)
        expected = (len(self.texts), self.manifest.encoder.width)
        if stored.shape != expected:
            raise damaged(section.where, f"expected vectors of shape {expected}, got {stored.shape}")
        return stored

    def _split(self, name: SplitName) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        if name not in self._splits:
            known = sections.split_names(self._root)
            if name not in known:
                message = f"{self.path}: expected the split {name}, it has {', '.join(known)}."
                raise WorkspaceError(message, hint="choose one of those, or embed a source that has it")
            fields = len(self.manifest.fields)
            codes = len(self.manifest.classes) or len(self.targets)
            self._splits[name] = sections.read_split(
                self._root, name, texts=len(self.texts), fields=fields, classes=codes
            )
        return self._splits[name]

    @cached_property
    def _targets(self) -> Branch | None:
        if layout.TARGETS_GROUP not in self._root.members:
            return None
        return member_branch(self._root, layout.TARGETS_GROUP, layout.TARGET_TEXTS)

    def _marks(self, name: str, split: SplitName) -> tuple[str, ...]:
        """Return the names of the groups or paths of the rows of a split."""
        if name not in self._root.members:
            return ()
        names = list(sections.read_texts(self._root, name))
        codes = sections.read_marks(self._root, name, split, rows=self.splits[split], names=len(names))
        return tuple(names[code] for code in codes.tolist())

    def _fresh_section(self, name: str) -> Branch:
        section, stale = self._model_section(name), self.stale(name)
        if stale:
            message = f"{self.path}: model {name} is stale: {stale}."
            raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again")
        return section

    def _model_section(self, name: str) -> Branch:
        if name not in self._models.members:
            raise _no_model(self.path, name, self.model_names)
        return member_branch(self._models, name, layout.MODEL)


@dataclass(frozen=True, kw_only=True, eq=False)
class TargetVectors:
    """The vectors of target texts (A, T), float32 or float16, and the hash of what they were computed from."""

    vectors: NDArray[np.floating]
    made_from: str


@contextmanager
def open_workspace(path: Path) -> Iterator[Workspace]:
    """Open a workspace to read it, without waiting for writers; it stays the version that was found.

    :raises WorkspaceError: when it is missing, damaged, too new or no workspace at all.
    """
    yield _open(path)


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
        before = _open(target) if os.path.lexists(target) else None
        models = before._models.members if before else {}
        data[layout.MODELS_GROUP] = branch(layout.MODELS, models, made_from=layout.NOTHING)
        if before and before._searches:
            data[layout.SEARCHES_GROUP] = branch(layout.SEARCHES, before._searches, made_from=layout.NOTHING)
        unnamed = branch(layout.WORKSPACE, data, made_from=layout.NOTHING)
        return replace_tree(target, branch(layout.WORKSPACE, data, made_from=_identity(unnamed, manifest)))


@contextmanager
def _writing(path: Path) -> Iterator[Workspace]:
    """Open a workspace that nobody else can change until the block ends."""
    # First without the lock: where there is no workspace, no lock file should appear beside it.
    _open(path)
    target = Path(os.path.realpath(path))
    with held(target, patience=COMMIT_PATIENCE):
        yield _open(target)


def _commit_models(workspace: Workspace, models: Mapping[str, Node]) -> None:
    _commit(workspace, layout.MODELS_GROUP, branch(layout.MODELS, models, made_from=layout.NOTHING))


def _commit(workspace: Workspace, name: str, section: Branch) -> None:
    """Replace one section that a workspace is not identified by."""
    root = workspace._root
    members = {**root.members, name: section}
    replace_tree(workspace.path, branch(root.encoding, members, made_from=root.made_from))


def _searches(root: Branch) -> Mapping[str, Node]:
    if layout.SEARCHES_GROUP not in root.members:
        return {}
    return member_branch(root, layout.SEARCHES_GROUP, layout.SEARCHES).members


def _open(path: Path) -> Workspace:
    return Workspace(path, read_tree(path, layout.WORKSPACE))


def _identity(root: Branch, manifest: Manifest) -> str:
    """Return the hash of everything that a model is fitted on."""
    always = (layout.TEXTS, layout.SPLITS_GROUP, layout.EMBEDDINGS_GROUP)
    sometimes = (layout.TARGETS_GROUP, layout.GROUPS, layout.PATHS)
    names = (*always, *(name for name in sometimes if name in root.members))
    parts = {name: member(root, name).checksum for name in names}
    return hashlib.sha256(canonical({**parts, "encoder": manifest.encoder.fingerprint})).hexdigest()


def _no_model(path: Path, name: str, known: tuple[str, ...]) -> WorkspaceError:
    if not known:
        return WorkspaceError(f"{path} has no model.", hint="run `prle fit` first")
    near = nearest(name, known)
    hint = f"did you mean {near}?" if near else f"run `prle fit --name {name}` first"
    return WorkspaceError(f"{path} has no model {name}; it has {', '.join(known)}.", hint=hint)
