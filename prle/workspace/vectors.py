"""The one large section: vectors that stay on disk, checked block by block as they are used."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, cast, final

import numpy as np

from prle.workspace import layout
from prle.workspace.files.pages import AROUND, release
from prle.workspace.files.tree import (
    Leaf,
    as_bytes,
    branch,
    content,
    damaged,
    leaf,
    leaf_checksum,
    member_leaf,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from prle.workspace.files.tree import Branch

    Vectors = NDArray[np.floating]

DIGEST_BYTES: Final = hashlib.sha256().digest_size


def vectors_branch(vectors: Vectors, *, made_from: str) -> Branch:
    """Seal ``vectors`` together with one digest for every ``BLOCK_ROWS`` of them.

    The vectors' own checksum covers those digests instead of the bytes, so that a part can be checked alone.

    :param vectors: *Shape:* (texts, H), little-endian float32 or float16; may be a mapped file.
    """
    vectors = np.ascontiguousarray(vectors)
    digests = np.zeros((_blocks(len(vectors)), DIGEST_BYTES), np.uint8)
    for block in range(len(digests)):
        digests[block] = _digest(vectors, block)
        release(vectors)
    checksum = leaf_checksum(layout.BLOCKED_ARRAY, made_from, vectors, as_bytes(digests))
    sealed = Leaf(encoding=layout.BLOCKED_ARRAY, made_from=made_from, checksum=checksum, array=vectors)
    members = {layout.VECTORS: sealed, layout.DIGESTS: leaf(layout.ARRAY, digests, made_from=made_from)}
    return branch(layout.EMBEDDINGS, members, made_from=made_from)


@final
class StoredVectors:
    """Vectors of a workspace, none of which is handed out before its block has been verified.

    :param section: the branch that ``vectors_branch`` made.
    :raises WorkspaceError: when it is not such a branch.
    """

    def __init__(self, section: Branch) -> None:
        node = member_leaf(section, layout.VECTORS, layout.BLOCKED_ARRAY)
        digests = content(member_leaf(section, layout.DIGESTS, layout.ARRAY))
        if node.array.ndim != 2 or node.array.dtype not in (np.float32, np.float16):
            raise damaged(node.where, "expected rows of float32 or float16")
        if digests.dtype != np.uint8 or digests.shape != (_blocks(len(node.array)), DIGEST_BYTES):
            raise damaged(node.where, f"expected {_blocks(len(node.array))} digests of its blocks")
        if leaf_checksum(node.encoding, node.made_from, node.array, as_bytes(digests)) != node.checksum:
            raise damaged(node.where, "its header is not the one that was written (checksum differs)")
        self._where = node.where
        self._vectors = cast("Vectors", node.array)
        self._digests = digests
        self._verified = np.zeros(len(digests), np.bool_)
        self._touched = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Distinct texts and H."""
        texts, width = self._vectors.shape
        return texts, width

    @property
    def dtype(self) -> str:
        """``float32`` or ``float16``."""
        return self._vectors.dtype.name

    def whole(self) -> Vectors:
        """Return all vectors, verified, as a read-only view of the file. *Shape:* (texts, H).

        :raises WorkspaceError: when a block is damaged.
        """
        self._verify(range(len(self._digests)))
        return self._vectors

    def gather(self, ids: NDArray[np.int64], *, resident: int | None = None) -> NDArray[np.float32]:
        """Return the vectors of the texts ``ids``, verifying only their blocks. *Shape:* that of ``ids``, then H.

        :param resident: bytes of the file that may stay in memory, about; all that is read when not given.
        :raises WorkspaceError: when one of the blocks is damaged.
        """
        wanted = np.zeros(len(self._digests), np.bool_)
        wanted[ids // layout.BLOCK_ROWS] = True
        self._verify(np.flatnonzero(wanted).tolist(), resident)
        if resident is None:
            return self._vectors[ids].astype(np.float32, copy=False)
        flat = ids.reshape(-1)
        taken = np.empty((flat.size, self.shape[1]), np.float32)
        step = max(1, resident // AROUND)
        for first in range(0, flat.size, step):
            some = flat[first : first + step]
            taken[first : first + step] = self._vectors[some]
            self._touch(_reach(some, self._vectors[:1].nbytes), resident)
        return taken.reshape(*ids.shape, self.shape[1])

    def _touch(self, touched: int, resident: int | None) -> None:
        """Hand the pages of the file back once about ``resident`` bytes of them were read since the last time."""
        self._touched += touched
        if resident is not None and self._touched > resident:
            self._touched = 0
            release(self._vectors)

    def _verify(self, blocks: Iterable[int], resident: int | None = None) -> None:
        for block in blocks:
            if self._verified[block]:
                continue
            first, last = block * layout.BLOCK_ROWS, (block + 1) * layout.BLOCK_ROWS
            rows = f"rows {first} to {min(last, len(self._vectors)) - 1}"
            if not np.array_equal(_digest(self._vectors, block), self._digests[block]):
                raise damaged(self._where, f"{rows} are not the ones that were written (checksum differs)")
            if not np.isfinite(self._vectors[first:last]).all():
                raise damaged(self._where, f"{rows} hold numbers that are not finite")
            self._verified[block] = True
            self._touch(self._vectors[first:last].nbytes, resident)


@final
class MappedRows:
    """Rows of texts whose vectors stay in the file until they are taken, by slices or by numbers.

    What is taken is a fresh array; pages that were read for it are handed back once they are many.

    :param ids: the texts of each row. *Shape:* (N, S)
    :param resident: bytes of the file that may stay in memory, about.
    """

    def __init__(self, vectors: StoredVectors, ids: NDArray[np.int64], *, resident: int) -> None:
        self._vectors, self._ids, self.resident = vectors, ids, resident

    @property
    def shape(self) -> tuple[int, int, int]:
        """N, S and H."""
        rows, texts = self._ids.shape
        return rows, texts, self._vectors.shape[1]

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        return self._vectors.gather(self._ids[rows], resident=self.resident)


def _reach(ids: NDArray[np.int64], row_bytes: int) -> int:
    """Return about how many bytes are mapped for rows that are read: scattered ones bring what is around them."""
    if not ids.size:
        return 0
    return min(ids.size * AROUND, (int(ids.max()) - int(ids.min())) * row_bytes + AROUND)


def _blocks(rows: int) -> int:
    return -(-rows // layout.BLOCK_ROWS)


def _digest(vectors: Vectors, block: int) -> NDArray[np.uint8]:
    rows = vectors[block * layout.BLOCK_ROWS : (block + 1) * layout.BLOCK_ROWS]
    return np.frombuffer(hashlib.sha256(as_bytes(rows)).digest(), np.uint8)
