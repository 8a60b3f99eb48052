"""Vectors while they are being computed: a sibling file that outlives an interrupted ``embed``.

The file is made whole before the first vector, so that later only bytes inside two arrays change, never its structure.
A batch counts once it is behind the watermark: first the vectors reach the disk, then the mark, which is the number of
finished rows and the SHA-256 of their bytes.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast, final

import numpy as np

from prle.errors import WorkspaceError
from prle.observer import SILENT
from prle.workspace import layout
from prle.workspace.files.commit import replace_tree, require_free
from prle.workspace.files.lock import held
from prle.workspace.files.reader import read_tree
from prle.workspace.files.tree import Leaf, as_bytes, branch, damaged, member_leaf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from prle.observer import Observer
    from prle.workspace.files.tree import Array, Branch

FLUSH_SECONDS: Final = 0.25
"""At most this much work is lost to a kill; some encoders are faster than a disk that is waited for."""
COUNT_BYTES: Final = 8
MARK_BYTES: Final = COUNT_BYTES + hashlib.sha256().digest_size


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is being computed. Two jobs of one identity give the same vectors, row by row.

    :param identity: hash of what the vectors are computed from.
    :param shape: rows and H.
    :param dtype: ``float32`` or ``float16``.
    """

    identity: str
    shape: tuple[int, int]
    dtype: str

    @property
    def stored(self) -> np.dtype[np.floating]:
        """The number type in the file."""
        return np.dtype(self.dtype).newbyteorder("<")

    @property
    def row_bytes(self) -> int:
        """Bytes of one vector."""
        return self.shape[1] * self.stored.itemsize


@final
class PartialVectors:
    """The finished rows of a job, in order. Made by ``partial_vectors``.

    :param path: of the file.
    :param job: what it is for.
    :raises WorkspaceError: when the file is not of that job, or its finished rows are damaged.
    """

    def __init__(self, path: Path, job: Job) -> None:
        vectors, watermark = _leaves(path, job)
        self._finished = _finished(vectors, as_bytes(watermark.array).tobytes())
        self._path = path
        self._job = job
        self._offsets = vectors.offset, watermark.offset
        self._flushed = time.monotonic()
        self._file = path.open("r+b")

    @property
    def mark(self) -> int:
        """How many rows are finished."""
        return self._finished[0]

    def append(self, vectors: NDArray[np.floating]) -> None:
        """Add the next rows. *Shape:* (rows, H)."""
        data = as_bytes(np.ascontiguousarray(vectors, self._job.stored))
        mark, digest = self._finished[0], self._finished[1].copy()
        with self._disk():
            self._file.seek(self._offsets[0] + mark * self._job.row_bytes)
            self._file.write(data)
        digest.update(data)
        # One assignment, because Ctrl-C can come between any two.
        self._finished = mark + len(vectors), digest
        if time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Bring the finished rows to the disk, and only then the mark."""
        mark, digest = self._finished
        with self._disk():
            self._sync()
            self._file.seek(self._offsets[1])
            self._file.write(mark.to_bytes(COUNT_BYTES, "little") + digest.digest())
            self._sync()
        self._flushed = time.monotonic()

    def whole(self) -> NDArray[np.floating]:
        """Return all rows, verified, as a read-only view of the file. *Shape:* (rows, H).

        :raises WorkspaceError: when the disk does not give back what was written.
        """
        self.flush()
        vectors, _ = _leaves(self._path, self._job)
        if hashlib.sha256(as_bytes(vectors.array)).digest() != self._finished[1].digest():
            raise damaged(vectors.where, "the disk does not give back what was written")
        return cast("NDArray[np.floating]", vectors.array)

    def close(self) -> None:
        """Keep what is finished for the next time.

        :raises WorkspaceError: where the disk does not take it.
        """
        # Whatever could not be written is tried once more as the file is closed.
        with self._disk(), self._file:
            self.flush()

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            message = f"{self._path}: cannot be written ({error.strerror or error})."
            raise WorkspaceError(message, hint="check the disk, then run the command again; it will resume") from error

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def partial_vectors(
    workspace: Path, job: Job, *, of_targets: bool = False, observer: Observer = SILENT
) -> Iterator[PartialVectors]:
    """Continue the unfinished ``job`` beside ``workspace``, or begin it; leave it for the next time.

    An unfinished job of another identity is discarded. A block that ends without an error has used the vectors: its
    file is removed.

    :param of_targets: whether they are those of target texts, which have a file of their own.
    :raises LockedError: at once, when another process is embedding into this workspace.
    :raises WorkspaceError: when there is not enough disk for the vectors and the workspace made of them.
    """
    path = layout.partial_path(Path(os.path.realpath(workspace)), of_targets=of_targets)
    with held(path, patience=0):
        partial = _resumed(path, job, observer) or _begun(path, job)
        try:
            with closing(partial):
                yield partial
        except KeyboardInterrupt:
            if partial.mark:
                observer.note(f"{partial.mark:,} of {job.shape[0]:,} are kept: the same command goes on from there")
            raise
        path.unlink()


def discard_partial(workspace: Path, job: Job, *, of_targets: bool = False) -> None:
    """Remove what a kill left between the commit of ``job`` and the end of its process; leave other jobs alone."""
    path = layout.partial_path(Path(os.path.realpath(workspace)), of_targets=of_targets)
    if not path.exists():
        return
    with suppress(WorkspaceError), held(path, patience=0):
        _leaves(path, job)
        path.unlink()


def _resumed(path: Path, job: Job, observer: Observer) -> PartialVectors | None:
    if not os.path.lexists(path):
        return None
    try:
        partial = PartialVectors(path, job)
    except WorkspaceError as error:
        observer.note(f"starting over: {error.message}")
        return None
    if partial.mark:
        observer.note(f"resuming at {partial.mark:,} of {job.shape[0]:,}")
    return partial


def _begun(path: Path, job: Job) -> PartialVectors:
    # Room for the vectors twice, here and in the workspace, is better missed now than after hours of encoding.
    require_free(path, 2 * job.shape[0] * job.row_bytes)
    # Real zeros, not a hole in the file: the disk cannot run full while the rows are filled in.
    replace_tree(path, _tree(job, np.broadcast_to(np.zeros((), job.stored), job.shape)))
    return PartialVectors(path, job)


def _tree(job: Job, vectors: Array) -> Branch:
    arrays = {layout.VECTORS: vectors, layout.WATERMARK: np.zeros(MARK_BYTES, np.uint8)}
    members = {
        name: Leaf(encoding=layout.SCRATCH, made_from=job.identity, checksum=layout.NOTHING, array=array)
        for name, array in arrays.items()
    }
    return branch(layout.PARTIAL, members, made_from=job.identity)


def _leaves(path: Path, job: Job) -> tuple[Leaf, Leaf]:
    """Return the vectors and the watermark of the partial file, if it is one of ``job``."""
    root = read_tree(path, layout.PARTIAL)
    if root.made_from != job.identity:
        message = f"{path} belongs to another data set, encoder or number type."
        raise WorkspaceError(message)
    vectors = member_leaf(root, layout.VECTORS, layout.SCRATCH)
    watermark = member_leaf(root, layout.WATERMARK, layout.SCRATCH)
    if vectors.array.shape != job.shape or vectors.array.dtype != job.stored:
        raise damaged(vectors.where, f"expected {job.dtype} of shape {job.shape}")
    if watermark.array.shape != (MARK_BYTES,) or watermark.array.dtype != np.uint8:
        raise damaged(watermark.where, f"expected {MARK_BYTES} bytes")
    return vectors, watermark


def _finished(vectors: Leaf, watermark: bytes) -> tuple[int, hashlib._Hash]:
    """Return how many rows are finished and the running hash of their bytes."""
    mark = int.from_bytes(watermark[:COUNT_BYTES], "little")
    if mark > len(vectors.array):
        raise damaged(vectors.where, f"expected at most {len(vectors.array)} finished rows, got {mark}")
    digest = hashlib.sha256(as_bytes(vectors.array[:mark]))
    if mark and digest.digest() != watermark[COUNT_BYTES:]:
        raise damaged(vectors.where, "the finished rows are not the ones that were written")
    return mark, digest
