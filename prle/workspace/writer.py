"""From a tree of plain nodes to a new HDF5 file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import h5py
import numpy as np

from prle.workspace import layout
from prle.workspace.tree import Branch

if TYPE_CHECKING:
    from pathlib import Path

    from prle.workspace.tree import Leaf, Node

ALIGNMENT: Final = 64
WRITE_BYTES: Final = 16 << 20


def write_tree(path: Path, root: Branch) -> None:
    """Write ``root`` to ``path``, which must not exist.

    The same tree always gives the same bytes: no times are kept, members are written in the order of their names.

    :raises OSError: when the disk is full or the folder cannot be written.
    """
    with h5py.File(path, "x", libver="earliest", alignment_threshold=ALIGNMENT, alignment_interval=ALIGNMENT) as file:
        _describe(file, root)
        _write_members(file, root)


def tree_bytes(node: Node) -> int:
    """Return how many bytes of arrays a node holds."""
    if isinstance(node, Branch):
        return sum(tree_bytes(child) for child in node.members.values())
    return int(node.array.nbytes)


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
