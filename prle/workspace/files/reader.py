"""From an HDF5 file that may be anything to a checked tree of plain nodes.

The file is untrusted. One open descriptor is looked at, mapped and parsed, so that all three see the same file; HDF5 is
asked for the structure only, one link at a time, and every array is a view of the mapped bytes. A file can therefore
not make prle follow a link, open another file, decompress, unpickle, or allocate more than the file holds.
"""

from __future__ import annotations

import mmap
import os
import stat
from typing import TYPE_CHECKING, Any, Final, cast

import h5py
import numpy as np

from prle.errors import WorkspaceError
from prle.workspace import layout
from prle.workspace.files.tree import Branch, Leaf, branch_checksum, damaged, major_version, place, too_new
from prle.workspace.layout import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prle.workspace.files.tree import Array, Node

SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
DTYPES: Final = frozenset(
    np.dtype(code) for code in ("?", "<i1", "<i2", "<i4", "<i8", "<u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8")
)
MAX_DEPTH: Final = 12
MAX_ELEMENTS: Final = 100_000
MAX_RANK: Final = 8
MAX_ATTRIBUTE: Final = 256
SPARSE_FACTOR: Final = 1000


def read_tree(path: Path, encoding: Encoding) -> Branch:
    """Open ``path`` and return its tree, whose root must be laid out as ``encoding`` says.

    Structure and branch checksums are verified here, the bytes of a leaf when they are used.

    :raises WorkspaceError: when the file is missing, is no such file, is damaged, or could do harm.
    """
    descriptor = _open_regular(path)
    try:
        size = os.fstat(descriptor).st_size
        mapped = mmap.mmap(descriptor, size, access=mmap.ACCESS_READ)
        if mapped[: len(SIGNATURE)] != SIGNATURE:
            raise _not_ours(path, "it is not an HDF5 file")
        with open(descriptor, "rb", buffering=0, closefd=False) as raw:
            return _parse(raw, mapped, f"{path}:", encoding)
    finally:
        os.close(descriptor)


def _open_regular(path: Path) -> int:
    # O_NONBLOCK: opening a FIFO that nobody writes to must not wait for ever.
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        message = f"{path} does not exist."
        raise WorkspaceError(message, hint="run `prle embed SOURCE` first") from None
    except (OSError, ValueError) as error:
        raise _not_ours(path, f"it cannot be opened ({_reason(error)})") from error
    status = os.fstat(descriptor)
    problem = _problem(status)
    if problem:
        os.close(descriptor)
        raise _not_ours(path, problem)
    return descriptor


def _problem(status: os.stat_result) -> str | None:
    if stat.S_ISDIR(status.st_mode):
        return "it is a folder"
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file"
    if status.st_size < len(SIGNATURE):
        return "it is empty or cut short"
    # Some file systems do not count blocks and say 0; a few hundred kilobytes that claim terabytes are caught.
    stored = getattr(status, "st_blocks", 0) * 512
    if 0 < stored * SPARSE_FACTOR < status.st_size:
        return f"it says that it has {status.st_size} bytes and holds {stored}"
    return None


def _parse(raw: Any, mapped: mmap.mmap, name: str, encoding: Encoding) -> Branch:
    try:
        with h5py.File(raw, "r") as file:
            group = h5py.h5g.open(file.id, b"/")
            _check_root(_attributes(group, name), name, encoding)
            return _Walk(name, mapped).branch(group, name, 0)
    except WorkspaceError:
        raise
    except MemoryError as error:
        raise damaged(name, "it asks for more memory than there is") from error
    except Exception as error:  # libhdf5 reports damage with whatever error its first wrong byte leads to
        raise damaged(name, f"it is cut short or damaged ({_reason(error)})") from error


def _check_root(attributes: dict[str, str], name: str, encoding: Encoding) -> None:
    found = Encoding(attributes[layout.ENCODING_TYPE], attributes[layout.ENCODING_VERSION])
    if found.kind != encoding.kind:
        raise damaged(name, f"expected {encoding.kind}, got {found.kind!r}")
    if major_version(found, name) > major_version(encoding, name):
        raise too_new(name, found, encoding)


class _Walk:
    """One pass over a file, counting what it has promised so far."""

    def __init__(self, name: str, mapped: mmap.mmap) -> None:
        self._name = name
        self._mapped = mapped
        self._elements = 0
        self._bytes = 0

    def branch(self, group: Any, where: str, depth: int) -> Branch:
        if depth > MAX_DEPTH:
            raise damaged(where, f"groups are nested more than {MAX_DEPTH} deep")
        attributes = _attributes(group, where)
        members = {name: self._member(group, name, where, depth) for name in self._names(group, where)}
        encoding = Encoding(attributes[layout.ENCODING_TYPE], attributes[layout.ENCODING_VERSION])
        made_from, checksum = attributes[layout.MADE_FROM], attributes[layout.CHECKSUM]
        if branch_checksum(encoding, made_from, members) != checksum:
            raise damaged(where, "its members are not the ones that were written (checksum differs)")
        return Branch(encoding=encoding, made_from=made_from, checksum=checksum, members=members, where=where)

    def _names(self, group: Any, where: str) -> Iterator[str]:
        count = group.get_num_objs()
        self._elements += count
        if self._elements > MAX_ELEMENTS:
            raise damaged(where, f"expected at most {MAX_ELEMENTS} elements in all")
        for name in list(group):
            text = name.decode("ascii", "replace")
            if not layout.SAFE_NAME.fullmatch(text):
                raise damaged(where, f"a member is called {text!r}, which no element may be")
            yield text

    def _member(self, group: Any, name: str, parent: str, depth: int) -> Node:
        where = place(parent, name)
        key = name.encode("ascii")
        if group.links.get_info(key).type != h5py.h5l.TYPE_HARD:
            raise damaged(where, "it is a soft or external link, which prle does not follow")
        found = h5py.h5o.open(group, key)
        # Shared objects could make a small file endless: every element has exactly one name.
        if h5py.h5o.get_info(found).rc != 1:
            raise damaged(where, "it is linked more than once")
        if isinstance(found, h5py.h5g.GroupID):
            return self.branch(found, where, depth + 1)
        if isinstance(found, h5py.h5d.DatasetID):
            return self._leaf(found, where)
        raise damaged(where, "it is neither a group nor an array")

    def _leaf(self, dataset: Any, where: str) -> Leaf:
        attributes = _attributes(dataset, where)
        _check_layout(dataset, where)
        dtype = _dtype(dataset, where)
        shape = _shape(dataset, where)
        # Python integers: the sizes that a hostile file declares do not fit the C types.
        size = dtype.itemsize
        for length in shape:
            size *= length
        stored = dataset.get_storage_size()
        offset = (dataset.get_offset() if size else 0) or 0
        self._bytes += size
        if stored != size or offset + size > len(self._mapped) or self._bytes > len(self._mapped):
            raise damaged(where, f"it declares {size} bytes, and {stored} are stored")
        return Leaf(
            encoding=Encoding(attributes[layout.ENCODING_TYPE], attributes[layout.ENCODING_VERSION]),
            made_from=attributes[layout.MADE_FROM],
            checksum=attributes[layout.CHECKSUM],
            array=self._view(dtype, shape, offset, where),
            where=where,
            offset=offset,
        )

    def _view(self, dtype: np.dtype[Any], shape: tuple[int, ...], offset: int, where: str) -> Array:
        if 0 in shape:
            return np.empty(shape, dtype)
        count = 1
        for length in shape:
            count *= length
        flat = np.frombuffer(self._mapped, np.uint8 if dtype.kind == "b" else dtype, count, offset)
        if dtype.kind == "b":
            if flat.max() > 1:
                raise damaged(where, "a truth value is neither 0 nor 1")
            flat = flat.view(np.bool_)
        return cast("Array", flat.reshape(shape))


def _attributes(element: Any, where: str) -> dict[str, str]:
    """Return the four attributes that every element carries; others are nobody's business."""
    names = (layout.ENCODING_TYPE, layout.ENCODING_VERSION, layout.MADE_FROM, layout.CHECKSUM)
    return {name: _attribute(element, name, where) for name in names}


def _attribute(element: Any, name: str, where: str) -> str:
    key = name.encode("ascii")
    if not h5py.h5a.exists(element, key):
        raise damaged(where, f"expected the attribute {name}, found none")
    attribute = h5py.h5a.open(element, key)
    kind = attribute.get_type()
    fixed = isinstance(kind, h5py.h5t.TypeStringID) and not kind.is_variable_str()
    if not fixed or kind.get_size() > MAX_ATTRIBUTE or attribute.shape != ():
        raise damaged(where, f"the attribute {name} is not a short text")
    value = np.empty((), f"S{kind.get_size()}")
    attribute.read(value)
    return bytes(value[()]).decode("ascii", "replace")


def _check_layout(dataset: Any, where: str) -> None:
    created = dataset.get_create_plist()
    if created.get_layout() != h5py.h5d.CONTIGUOUS:
        raise damaged(where, "it is chunked, compact or virtual; expected a contiguous array")
    if created.get_external_count():
        raise damaged(where, "its bytes are in another file")
    if created.get_nfilters():
        raise damaged(where, "it is compressed or filtered")


def _dtype(dataset: Any, where: str) -> np.dtype[Any]:
    kind = dataset.get_type()
    plain = isinstance(kind, h5py.h5t.TypeIntegerID | h5py.h5t.TypeFloatID | h5py.h5t.TypeEnumID)
    if not plain or kind.committed():
        raise damaged(where, "it does not hold plain numbers")
    # The metadata are h5py's mark of an enumeration other than the truth values. The round trip refuses numbers with
    # unusual bits, which numpy would read as something else.
    dtype: np.dtype[Any] = np.dtype(kind.dtype)
    if dtype not in DTYPES or dtype.metadata or h5py.h5t.py_create(dtype, logical=True) != kind:
        raise damaged(where, f"it holds numbers of an unknown type ({dtype})")
    return dtype


def _shape(dataset: Any, where: str) -> tuple[int, ...]:
    space = dataset.get_space()
    if space.get_simple_extent_type() == h5py.h5s.NULL or space.get_simple_extent_ndims() > MAX_RANK:
        raise damaged(where, f"expected an array of at most {MAX_RANK} dimensions")
    return tuple(int(length) for length in dataset.shape)


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _not_ours(path: Path, problem: str) -> WorkspaceError:
    message = f"{path}: expected a workspace, but {problem}."
    return WorkspaceError(message, hint="name another file with -w, or move this one away and run `prle embed SOURCE`")
