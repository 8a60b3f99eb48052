"""Look for inputs that make a reader of untrusted files do anything but read or refuse.

``python -m benchmarks.fuzz workspace --seconds 600`` (or ``delimited``) needs atheris (``pip install atheris``), which
changes inputs and keeps those that reach new code: coverage-guided, by libFuzzer. A reader may return, or raise the
errors that its documentation names; anything else ends the run, with the input in a file.

A changed byte of a workspace is nearly always caught by a checksum. So most inputs are not bytes of a file but what
a forger with the source code would do: arrays and JSON replaced at will, and everything sealed again. What can be read
is then asked for predictions, an explanation or ``info``, in turn.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
import warnings
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import atheris
import numpy as np

with atheris.instrument_imports(include=["prle"]):
    from benchmarks import reading
    from benchmarks.hostile import belonging
    from benchmarks.states import read_everything
    from prle.errors import WorkspaceError
    from prle.stages.explain.stage import explain_row
    from prle.stages.info import info
    from prle.stages.predict.stage import predict_split
    from prle.workspace import layout
    from prle.workspace.files.reader import read_tree
    from prle.workspace.files.tree import Branch, branch, leaf
    from prle.workspace.files.writer import write_tree
    from prle_cli.app import main as prle

if TYPE_CHECKING:
    from collections.abc import Callable

    from prle.workspace.files.tree import Node

LARGEST = 1 << 18
"""Bytes of an input; a small workspace has fewer."""

DTYPES = ("<f8", "<f4", "<i8", "<u1", "<f2", "<i4", "?")
FORGERIES = 3
"""As many elements as one input replaces, at most."""

MODELS = (
    ("diabetes", ("--voters", "none", "--projection", "identity")),
    ("wine", ("--voters", "none", "--projection", "identity", "--router", "knn")),
    ("diabetes", ("--voters", "examples", "--base", "kernel")),
    ("wine", ("--voters", "examples", "--base", "boosting")),
)
"""What is forged: a data set, and how it is fitted."""

QUESTIONS: tuple[Callable[[Path], object], ...] = (
    info,
    lambda path: predict_split(path, "test"),
    lambda path: explain_row(path, "test", 0),
)


def main() -> int:
    """Fuzz one reader for a while; return 0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("reader", choices=("workspace", "delimited"))
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    warnings.simplefilter("ignore")
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="prle-fuzz-", dir=shared if shared.is_dir() else None))
    try:
        corpus = folder / "corpus"
        corpus.mkdir()
        target = _workspace_target(folder, corpus) if said.reader == "workspace" else _delimited_target(corpus)
        options = [f"-max_total_time={said.seconds}", f"-max_len={LARGEST}", f"-seed={said.seed}", "-timeout=60"]
        atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", str(corpus)], target)
        atheris.Fuzz()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _delimited_target(corpus: Path) -> Callable[[bytes], None]:
    for number, seed in enumerate(reading.SEEDS):
        for how in range(4):
            (corpus / f"{number}{how}").write_bytes(bytes([how]) + seed)
    return reading.read


def _workspace_target(folder: Path, corpus: Path) -> Callable[[bytes], None]:
    originals = []
    for number, (name, options) in enumerate(MODELS):
        path = folder / f"{number}.h5"
        _prepare("embed", name, "--bins", "2", "-w", str(path))
        _prepare("fit", "--prototypes", "4", "--epochs", "1", *options, "-w", str(path))
        originals.append(read_tree(path, layout.WORKSPACE))
        (corpus / str(number)).write_bytes(b"\0" + path.read_bytes())
    for number in range(64):
        (corpus / f"forged{number}").write_bytes(bytes([1 + number % 3]) + bytes([number]) * 40)
    path = folder / "fuzzed.h5"

    def look(data: bytes) -> None:
        path.unlink(missing_ok=True)
        if data[:1] in (b"", b"\0"):
            path.write_bytes(data[1:])
        else:
            provider = atheris.FuzzedDataProvider(data)
            root = originals[provider.ConsumeIntInRange(0, len(originals) - 1)]
            for _ in range(provider.ConsumeIntInRange(1, FORGERIES)):
                root = _forged(root, provider)
            with suppress(WorkspaceError):
                root = belonging(root)
            write_tree(path, root)
        with suppress(WorkspaceError):
            read_everything(path)
        with suppress(WorkspaceError):
            QUESTIONS[len(data) % len(QUESTIONS)](path)

    return look


def _forged(node: Branch, provider: atheris.FuzzedDataProvider) -> Branch:
    """Go down to some element, and put something else in its place."""
    names = sorted(node.members)
    if not names:
        return node
    name = names[provider.ConsumeIntInRange(0, len(names) - 1)]
    members: dict[str, Node] = dict(node.members)
    child = members.pop(name)
    if isinstance(child, Branch) and provider.ConsumeIntInRange(0, 15):
        members[name] = _forged(child, provider)
    elif not isinstance(child, Branch) and provider.ConsumeIntInRange(0, 15):
        array = _text(child.array, provider) if child.encoding == layout.JSON else _array(child.array, provider)
        members[name] = leaf(child.encoding, array, made_from=child.made_from)
    return branch(node.encoding, members, made_from=node.made_from)


def _text(array: np.ndarray, provider: atheris.FuzzedDataProvider) -> np.ndarray:
    """Replace a stretch of a JSON text."""
    content = array.tobytes()
    first = provider.ConsumeIntInRange(0, len(content))
    last = provider.ConsumeIntInRange(first, min(len(content), first + 64))
    new = provider.ConsumeBytes(provider.ConsumeIntInRange(0, 32))
    return np.frombuffer(content[:first] + new + content[last:], np.uint8)


def _array(array: np.ndarray, provider: atheris.FuzzedDataProvider) -> np.ndarray:
    """Change one number of an array, its type, or its shape."""
    how = provider.ConsumeIntInRange(0, 3)
    changed = array.copy()
    if how == 0 and changed.size:
        value = provider.ConsumeFloat() if changed.dtype.kind == "f" else provider.ConsumeInt(8)
        with np.errstate(all="ignore"):
            changed.reshape(-1)[provider.ConsumeIntInRange(0, changed.size - 1)] = np.array(value).astype(changed.dtype)
        return changed
    if how == 1:
        with np.errstate(all="ignore"):
            return changed.astype(DTYPES[provider.ConsumeIntInRange(0, len(DTYPES) - 1)])
    if how == 2:
        shape = [provider.ConsumeIntInRange(0, 4) for _ in range(provider.ConsumeIntInRange(0, 4))]
        return np.resize(changed, shape) if changed.size else np.zeros(shape, changed.dtype)
    return changed[: provider.ConsumeIntInRange(0, len(changed))] if changed.ndim else changed[None]


def _prepare(*arguments: str) -> None:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        prle(arguments)


if __name__ == "__main__":
    sys.exit(main())
