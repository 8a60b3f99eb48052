"""A workspace as a tree of plain nodes, each sealed by a checksum that covers everything below it.

Reading gives this tree and writing takes it, so that nothing but the codec knows HDF5. The checksum of a branch is made
of its members' names and checksums: one look at the attributes tells whether a member is missing, renamed or exchanged.
The bytes of a leaf are compared with its checksum when they are first used (``content``).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from prle.errors import WorkspaceError
from prle.workspace import layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.workspace.layout import Encoding

    Array: TypeAlias = NDArray[np.generic]


@dataclass(frozen=True, kw_only=True, eq=False)
class Leaf:
    """An array and what vouches for it.

    :param array: of any shape; a read-only view of the mapped file where it was read from one.
    :param where: file and element for messages; empty in a tree that is being built.
    :param offset: where its bytes begin in the file that it was read from.
    """

    encoding: Encoding
    made_from: str
    checksum: str
    array: Array
    where: str = ""
    offset: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Branch:
    """Named nodes. ``where`` as in ``Leaf``."""

    encoding: Encoding
    made_from: str
    checksum: str
    members: Mapping[str, Node]
    where: str = ""


Node: TypeAlias = "Leaf | Branch"


def leaf(encoding: Encoding, array: Array, *, made_from: str) -> Leaf:
    """Seal ``array`` as an element that was computed from ``made_from``."""
    stored = np.ascontiguousarray(array).reshape(array.shape)
    stored = stored.astype(stored.dtype.newbyteorder("<"), copy=False)
    checksum = leaf_checksum(encoding, made_from, stored, as_bytes(stored))
    return Leaf(encoding=encoding, made_from=made_from, checksum=checksum, array=stored)


def branch(encoding: Encoding, members: Mapping[str, Node], *, made_from: str) -> Branch:
    """Seal ``members`` under one name."""
    checksum = branch_checksum(encoding, made_from, members)
    return Branch(encoding=encoding, made_from=made_from, checksum=checksum, members=dict(members))


def leaf_checksum(encoding: Encoding, made_from: str, array: Array, content: memoryview) -> str:
    """Return the SHA-256 of a leaf: its header, type and shape as canonical JSON, a line feed, then ``content``."""
    shape = list(array.shape)
    digest = hashlib.sha256(canonical(_header(encoding, made_from, dtype=array.dtype.str, shape=shape)))
    digest.update(b"\n")
    digest.update(content)
    return digest.hexdigest()


def branch_checksum(encoding: Encoding, made_from: str, members: Mapping[str, Node]) -> str:
    """Return the SHA-256 of a branch: its header and its members' checksums as canonical JSON."""
    checksums = {name: node.checksum for name, node in members.items()}
    return hashlib.sha256(canonical(_header(encoding, made_from, members=checksums))).hexdigest()


def canonical(value: object) -> bytes:
    """Return ``value`` as the one JSON text that means it: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def as_bytes(array: Array) -> memoryview:
    """Return the bytes of a contiguous array, without copying them."""
    return array.reshape(-1).view(np.uint8).data


def content(node: Leaf) -> Array:
    """Return a fresh array of what the leaf holds, once its bytes have been found to be what was written.

    :raises WorkspaceError: when they are not.
    """
    if leaf_checksum(node.encoding, node.made_from, node.array, as_bytes(node.array)) != node.checksum:
        raise damaged(node.where, "its bytes are not the ones that were written (checksum differs)")
    # A copy is aligned, and lives on without the mapped file.
    return np.array(node.array)


def member(parent: Branch, name: str) -> Node:
    """Return the member called ``name``.

    :raises WorkspaceError: when there is none.
    """
    if name not in parent.members:
        raise damaged(place(parent.where, name), "expected this element, found none")
    return parent.members[name]


def member_leaf(parent: Branch, name: str, encoding: Encoding) -> Leaf:
    """Return the member called ``name``, an array laid out as ``encoding`` says.

    :raises WorkspaceError: when it is missing, something else or newer.
    """
    node = member(parent, name)
    _expect(node, encoding)
    if not isinstance(node, Leaf):
        raise damaged(node.where, "expected an array, found a group")
    return node


def member_branch(parent: Branch, name: str, encoding: Encoding) -> Branch:
    """Return the member called ``name``, a group laid out as ``encoding`` says.

    :raises WorkspaceError: when it is missing, something else or newer.
    """
    node = member(parent, name)
    _expect(node, encoding)
    if not isinstance(node, Branch):
        raise damaged(node.where, "expected a group, found an array")
    return node


def place(parent: str, name: str) -> str:
    """Return how messages call the member ``name`` of ``parent``: ``prle.h5: texts/bytes``; a root ends in a colon."""
    return f"{parent} {name}" if parent.endswith(":") else f"{parent}/{name}"


def damaged(where: str, message: str) -> WorkspaceError:
    """Build the error for an element that is not what it has to be."""
    return WorkspaceError(
        f"{where.removesuffix(':')}: {message}.",
        hint="restore a copy of the file, or delete it and run `prle embed SOURCE` again",
    )


def major_version(encoding: Encoding, where: str) -> int:
    """Return the major part of an encoding's version."""
    major, dot, minor = encoding.version.partition(".")
    if not (dot and major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit()):
        raise damaged(where, f"expected a version such as 1.0, got {encoding.version!r}")
    return int(major)


def too_new(where: str, found: Encoding, known: Encoding) -> WorkspaceError:
    """Build the error for an element that a later prle wrote."""
    versions = f"written in format {found.kind} {found.version}; this prle reads up to {known.version}"
    return WorkspaceError(
        f"{where.removesuffix(':')}: {versions}.",
        hint="upgrade prle, or run `prle embed SOURCE` into another workspace",
    )


def _expect(node: Node, encoding: Encoding) -> None:
    if node.encoding.kind != encoding.kind:
        raise damaged(node.where, f"expected {encoding.kind}, got {node.encoding.kind!r}")
    if major_version(node.encoding, node.where) > major_version(encoding, node.where):
        raise too_new(node.where, node.encoding, encoding)


def _header(encoding: Encoding, made_from: str, **rest: Any) -> dict[str, Any]:
    named = {layout.ENCODING_TYPE: encoding.kind, layout.ENCODING_VERSION: encoding.version}
    return {**named, layout.MADE_FROM: made_from, **rest}
