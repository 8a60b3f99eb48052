"""From a tree of plain nodes to a new HDF5 file."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, final

import h5py
import numpy as np

from prle.workspace import layout
from prle.workspace.files.pages import release
from prle.workspace.files.tree import Branch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _typeshed import ReadableBuffer

    from prle.workspace.files.tree import Leaf, Node

ALIGNMENT: Final = 64
WRITE_BYTES: Final = 16 << 20


def write_tree(path: Path, root: Branch) -> None:
    """Write ``root`` to ``path``, which must not exist.

    The same tree always gives the same bytes: no times are kept, members are written in the order of their names.

    :raises OSError: when the disk is full or the folder cannot be written.
    """
    from concurrent.futures import ThreadPoolExecutor

    # In a thread, because Python raises KeyboardInterrupt in the main one only, and libhdf5 must not be left halfway.
    with _Disk(path) as disk, ThreadPoolExecutor(1) as thread:
        written = thread.submit(_write, disk, root)
        try:
            written.result()
        except BaseException:
            disk.abandon()
            raise


def tree_bytes(node: Node) -> int:
    """Return how many bytes of arrays a node holds."""
    if isinstance(node, Branch):
        return sum(tree_bytes(child) for child in node.members.values())
    return int(node.array.nbytes)


def _write(disk: _Disk, root: Branch) -> None:
    options = {"libver": "earliest", "alignment_threshold": ALIGNMENT, "alignment_interval": ALIGNMENT}
    with h5py.File(disk, "w", **options) as file:
        _describe(file, root)
        _write_members(file, root)


@final
class _Disk(io.FileIO):
    """A new file whose first failure is kept for the end.

    libhdf5 that cannot write cannot close either: it leaks the file, tries again when the process ends, and may take
    the process with it. So it is told that all is well, and whoever closes the file is told what happened.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "x+")
        self._failure: OSError | None = None
        self._abandoned = False

    def abandon(self) -> None:
        """Write nothing more: nobody wants the file any longer."""
        self._abandoned = True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of ``data``, or nothing more once anything has failed."""
        left = memoryview(data).cast("B")
        size = len(left)
        with self._remembering():
            while left and self._failure is None and not self._abandoned:
                left = left[super().write(left) :]
        return size

    def truncate(self, size: int | None = None, /) -> int:
        """Set the length of the file."""
        length = self.tell() if size is None else size
        with self._remembering():
            super().truncate(length)
        return length

    def close(self) -> None:
        """Close the file.

        :raises OSError: the first failure to write.
        """
        super().close()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._failure = self._failure or error


def _write_members(group: Any, node: Branch) -> None:
    for name, child in sorted(node.members.items()):
        if isinstance(child, Branch):
            below = group.create_group(name)
            _describe(below, child)
            _write_members(below, child)
        else:
            _describe(_write_array(group, name, child), child)


def _write_array(group: Any, name: str, node: Leaf) -> Any:
    array = node.array
    dataset = group.create_dataset(name, shape=array.shape, dtype=array.dtype)
    if array.ndim == 0:
        dataset[()] = array
        return dataset
    # In slices, because the array may be a mapped file that is larger than the memory.
    row_bytes = max(1, array[:1].nbytes)
    step = max(1, WRITE_BYTES // row_bytes)
    for start in range(0, len(array), step):
        dataset[start : start + step] = array[start : start + step]
        if array.nbytes > WRITE_BYTES:
            release(array)
    return dataset


def _describe(element: Any, node: Node) -> None:
    described = {
        layout.ENCODING_TYPE: node.encoding.kind,
        layout.ENCODING_VERSION: node.encoding.version,
        layout.MADE_FROM: node.made_from,
        layout.CHECKSUM: node.checksum,
    }
    for name, value in described.items():
        element.attrs.create(name, np.bytes_(value.encode("ascii")))
