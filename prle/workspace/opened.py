"""A workspace that is open to be read: one version of it, verified as it is asked for."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np

from prle.arrays.packed_texts import pack
from prle.data.row_text import row_cells
from prle.errors import DataError, WorkspaceError, nearest
from prle.workspace import journal, layout, sections
from prle.workspace.reader import read_tree
from prle.workspace.tree import Branch, canonical, damaged, member, member_branch
from prle.workspace.vectors import MappedRows, StoredVectors
from prle.workspace.writer import tree_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.arrays.packed_texts import PackedTexts
    from prle.data.interface import SplitName
    from prle.encoders.record import EncoderState
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
        self.identity: str = identity_of(root, self.manifest)
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

    def row_label(self, split: SplitName, n: int) -> float | str:
        """Return the label of row ``n`` as a reader sees it: a number, the name of a class, or a text."""
        value = float(self._split(split)[1][n])
        names = self.manifest.classes or self.targets
        return names[int(value)] if len(names) else value

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
        if layout.SEARCHES_GROUP not in self._root.members:
            return {}
        return member_branch(self._root, layout.SEARCHES_GROUP, layout.SEARCHES).members

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


@contextmanager
def open_workspace(path: Path) -> Iterator[Workspace]:
    """Open a workspace to read it, without waiting for writers; it stays the version that was found.

    :raises WorkspaceError: when it is missing, damaged, too new or no workspace at all.
    """
    yield read_workspace(path)


def read_workspace(path: Path) -> Workspace:
    """Return the version of a workspace that is there now; errors are those of :func:`open_workspace`."""
    return Workspace(path, read_tree(path, layout.WORKSPACE))


def identity_of(root: Branch, manifest: Manifest) -> str:
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
