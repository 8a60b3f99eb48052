"""Workspaces that somebody made to do harm: each element in turn, replaced in every way there is.

Two kinds. Foreign ones hold what HDF5 can do and a workspace never does: links, virtual and external datasets,
references, filters, declared terabytes. Forged ones are sealed: whoever made them knew the checksums, so that nothing
but the meaning of what is written gives them away.
"""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import h5py
import numpy as np

from benchmarks.runs import expect
from prle.workspace import layout
from prle.workspace.data import identity_of
from prle.workspace.files.reader import read_tree
from prle.workspace.files.tree import Branch, Leaf, branch, leaf
from prle.workspace.files.writer import write_tree
from prle.workspace.sections import read_manifest

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.workspace.files.tree import Node

REFUSED: Final = 3
DONE: Final = 0
TERABYTE: Final = 1 << 40

QUESTIONS: Final = (
    ("info",),
    *(("predict", "--split", "test", "--name", name, "--format", "jsonl") for name in ("kept", "votes")),
    *(("explain", "--row", "test:0", "--name", name, "--format", "json") for name in ("kept", "votes")),
)
"""What is asked of each file."""


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """One way of doing harm to one element.

    :param what: the element and the way, for messages.
    :param make: writes the file at a path.
    :param foreign: whether no workspace may hold such a thing, needed for an answer or not.
    """

    what: str
    make: Callable[[Path], None]
    foreign: bool


def files(original: Path, folder: Path, count: int, rng: random.Random) -> str:
    """Ask the command line about so many hostile files: foreign ones are refused, forged ones break nothing."""
    everything = [*_foreign(original, folder), *_forged(read_tree(original, layout.WORKSPACE))]
    path, tally = folder / "hostile.h5", {"refused": 0, "answered": 0}
    chosen = rng.sample(everything, min(count, len(everything)))
    for hostile in chosen:
        path.unlink(missing_ok=True)
        hostile.make(path)
        codes = [_asked(hostile.what, (*question, "-w", str(path))) for question in QUESTIONS]
        expect(not hostile.foreign or set(codes) == {REFUSED}, f"{hostile.what}: it was read, {codes}")
        tally["refused" if REFUSED in codes else "answered"] += 1
    kinds = len({hostile.what.rpartition(" ")[2] for hostile in chosen})
    return f"{len(chosen)} hostile files of {kinds} kinds: {tally}, no traceback"


def belonging(root: Branch) -> Branch:
    """Make a forged workspace and its models agree on what they were made from."""
    identity = identity_of(root, read_manifest(root))
    members = dict(root.members)
    models = members.get(layout.MODELS_GROUP)
    if isinstance(models, Branch):
        renewed = {
            name: branch(model.encoding, model.members, made_from=identity) if isinstance(model, Branch) else model
            for name, model in models.members.items()
        }
        members[layout.MODELS_GROUP] = branch(models.encoding, renewed, made_from=models.made_from)
    return branch(root.encoding, members, made_from=identity)


def _asked(what: str, question: tuple[str, ...]) -> int:
    """Ask the command line; return its exit code, which must be one of two, with a line that says why."""
    from prle_cli.app import main

    out, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        code = main(question)
    said = f"{what}: {question[0]} ended with {code}, {errors.getvalue()}"
    expect(code in (DONE, REFUSED), said)
    expect("unexpected" not in errors.getvalue() and "Traceback" not in errors.getvalue(), said)
    expect(code == DONE or errors.getvalue().startswith("Error: "), said)
    expect(not any(word in out.getvalue() for word in ("NaN", "Infinity")), f"{said}{out.getvalue()}")
    return code


def _foreign(original: Path, folder: Path) -> Iterator[Hostile]:
    """Put in the place of each element what HDF5 can hold and a workspace never does."""
    (folder / "secret").write_bytes(bytes(4096))
    with h5py.File(folder / "elsewhere.h5", "w") as file:
        file["x"] = np.zeros(8)
    tricks = _tricks(folder)
    for name in _names(original):
        for what, replace in tricks.items():
            yield Hostile(what=f"{name}, {what}", make=_replacing(original, name, replace), foreign=True)


def _names(original: Path) -> list[str]:
    names: list[str] = []
    with h5py.File(original) as file:
        file.visit(names.append)
    return names


def _replacing(original: Path, name: str, replace: Callable[[h5py.File, str], None]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(original.read_bytes())
        with h5py.File(path, "r+") as file:
            attributes = dict(file[name].attrs)
            del file[name]
            replace(file, name)
            if name in file and not isinstance(file.get(name, getlink=True), h5py.SoftLink | h5py.ExternalLink):
                for key, value in attributes.items():
                    file[name].attrs[key] = value

    return make


def _tricks(folder: Path) -> dict[str, Callable[[h5py.File, str], None]]:
    """Return ways to put something that nobody expects where an element was, by what they are called."""
    virtual = h5py.VirtualLayout((8,), "<f8")
    virtual[:] = h5py.VirtualSource(str(folder / "elsewhere.h5"), "x", (8,))
    external = [(str(folder / "secret"), 0, 64)]

    def link(target: object) -> Callable[[h5py.File, str], None]:
        return lambda file, name: file.__setitem__(name, target)

    def array(*arguments: Any, **options: Any) -> Callable[[h5py.File, str], None]:
        return lambda file, name: file.create_dataset(name, *arguments, **options)

    return {
        "missing": lambda _file, _name: None,
        "external-link": link(h5py.ExternalLink(str(folder / "elsewhere.h5"), "x")),
        "soft-link": link(h5py.SoftLink("/manifest")),
        "link-to-itself": lambda file, name: file.__setitem__(name, h5py.SoftLink(f"/{name}")),
        "root-again": lambda file, name: file.__setitem__(name, file["/"]),
        "named-type": link(np.dtype("<f8")),
        "external-storage": array((8,), "<f8", external=external),
        "virtual": lambda file, name: file.create_virtual_dataset(name, virtual),
        "chunked": array(data=np.zeros(8), chunks=(4,)),
        "checksummed-by-a-filter": array(data=np.zeros(8), fletcher32=True),
        "compression-bomb": array((TERABYTE,), "<f8", chunks=(1 << 16,), compression="gzip"),
        "declared-terabytes": array((TERABYTE,), "<f8"),
        "references": array((8,), h5py.ref_dtype),
        "region-references": array((8,), h5py.regionref_dtype),
        "strings": array(data=["x" * 8] * 8, dtype=h5py.string_dtype()),
        "ragged": array((8,), h5py.vlen_dtype(np.int32)),
        "records": array((8,), np.dtype([("a", "<f8")])),
        "complex": array((8,), "<c16"),
        "big-endian": array(data=np.zeros(8, ">f8")),
        "nothing": array(data=h5py.Empty("<f8")),
        "empty-group": lambda file, name: file.create_group(name),
    }


def _forged(root: Branch) -> Iterator[Hostile]:
    """Put other contents into each element, and seal them."""
    for place, node in _leaves(root, ()):
        for what, array in (_texts(node.array) if node.encoding == layout.JSON else _arrays(node.array)).items():
            forged = leaf(node.encoding, array, made_from=node.made_from)
            yield Hostile(what=f"{'/'.join(place)}, {what}", make=_sealing(root, place, forged), foreign=False)


def _leaves(node: Branch, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    for name, child in node.members.items():
        if isinstance(child, Leaf):
            yield (*place, name), child
        else:
            yield from _leaves(child, (*place, name))


def _sealing(root: Branch, place: tuple[str, ...], forged: Leaf) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        changed = _with(root, place, forged)
        if place[0] != layout.MANIFEST:
            changed = belonging(changed)
        write_tree(path, changed)

    return make


def _with(node: Branch, place: tuple[str, ...], forged: Leaf) -> Branch:
    first, *rest = place
    child: Node = node.members[first]
    new = _with(child, tuple(rest), forged) if isinstance(child, Branch) else forged
    return branch(node.encoding, {**node.members, first: new}, made_from=node.made_from)


def _texts(array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return JSON texts that are none, or that no reader should trust."""
    said = array.tobytes()
    contents = {
        "no-json": b"{",
        "json-bomb": b"[" * 200_000 + b"]" * 200_000,
        "endless-number": b'{"a": ' + b"9" * 100_000 + b"}",
        "not-a-number": b'{"a": NaN}',
        "invalid-utf-8": b'{"a": "\xff\xfe"}',
        "lone-surrogate": b'{"a": "\\ud800"}',
        "list": b"[1, 2]",
        "null": b"null",
        "empty-object": b"{}",
        "empty": b"",
        "cut": said[: len(said) // 2],
        "numbers-negated": re.sub(rb":(\d)", rb":-\1", said),
        "texts-for-numbers": said.replace(b"1", b'"1"'),
    }
    return {what: np.frombuffer(content, np.uint8) for what, content in contents.items()}


def _arrays(array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return arrays of other types, shapes and values than what an element holds."""
    flat, rows = array.reshape(-1), np.atleast_1d(array)
    forged = {
        "one-row-fewer": rows[:-1],
        "one-row-more": np.concatenate([rows, rows[-1:]]),
        "no-rows": rows[:0],
        "one-dimension-more": array[None],
        "flat": flat if array.ndim > 1 else array.reshape(-1, 1),
        "other-type": array.astype("<f4" if array.dtype != np.float32 else "<i8"),
    }
    if array.dtype.kind == "f":
        values = {"nan": np.nan, "infinite": np.inf, "huge": np.finfo(array.dtype).max}
    else:
        information = np.iinfo(array.dtype) if array.dtype.kind in "iu" else None
        values = {} if information is None else {"largest": information.max, "smallest": information.min}
    for what, value in values.items():
        forged[what] = np.concatenate([flat[:-1], np.array([value], array.dtype)]).reshape(array.shape)
        forged[f"all-{what}"] = np.full_like(array, value)
    return forged
