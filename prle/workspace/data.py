"""What a workspace holds of its data: rows with their labels, and their vectors."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.packed_texts import pack
from prle.data.row_text import row_cells
from prle.errors import DataError, WorkspaceError
from prle.workspace import layout, sections
from prle.workspace.files.tree import Branch, canonical, damaged, member, member_branch
from prle.workspace.vectors import MappedRows, StoredVectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.arrays.packed_texts import PackedTexts
    from prle.data.interface import SplitName
    from prle.encoders.record import EncoderState
    from prle.workspace.interface import Manifest


class StoredRows:
    """Rows, their texts and their labels.

    Whatever is asked for is verified first; nothing wrong is given silently. Arrays are fresh copies.

    :raises WorkspaceError: when the manifest or the identity is not what it has to be. Every property and method raises
        it where the section behind it is damaged.
    """

    def __init__(self, path: Path, root: Branch) -> None:
        self.path = path
        self.manifest: Manifest = sections.read_manifest(root)
        self.identity: str = identity_of(root, self.manifest)
        self._root = root
        self._splits: dict[SplitName, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        if root.made_from != self.identity:
            raise damaged(root.where, "its sections do not belong together")

    @cached_property
    def source(self) -> str:
        """Hash of the texts, rows and labels as they came from the data set."""
        return member(self._root, layout.TEXTS).made_from

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


class EmbeddedRows(StoredRows):
    """Rows with their vectors. Arrays are fresh copies, except ``vectors``, a read-only view of the mapped file."""

    @property
    def vectors_made_from(self) -> str:
        """Hash of the texts, the encoder and the number type behind the vectors."""
        return member(self._root, layout.EMBEDDINGS_GROUP).made_from

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

    @cached_property
    def _vectors(self) -> StoredVectors:
        section = member_branch(self._root, layout.EMBEDDINGS_GROUP, layout.EMBEDDINGS)
        stored = StoredVectors(section)
        expected = (len(self.texts), self.manifest.encoder.width)
        if stored.shape != expected:
            raise damaged(section.where, f"expected vectors of shape {expected}, got {stored.shape}")
        return stored


def identity_of(root: Branch, manifest: Manifest) -> str:
    """Return the hash of everything that a model is fitted on."""
    always = (layout.TEXTS, layout.SPLITS_GROUP, layout.EMBEDDINGS_GROUP)
    sometimes = (layout.TARGETS_GROUP, layout.GROUPS, layout.PATHS)
    names = (*always, *(name for name in sometimes if name in root.members))
    parts = {name: member(root, name).checksum for name in names}
    return hashlib.sha256(canonical({**parts, "encoder": manifest.encoder.fingerprint})).hexdigest()
