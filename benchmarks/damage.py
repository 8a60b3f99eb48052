"""A file that lost its end, or one of its bytes: the same answer or a refusal, never another answer."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from benchmarks.runs import expect
from benchmarks.states import State, read_everything
from prle.errors import WorkspaceError

if TYPE_CHECKING:
    import random
    from pathlib import Path

INVALID = 3
"""The exit code of a workspace that is refused."""


def cuts(original: Path, folder: Path, count: int) -> str:
    """Cut the file to so many lengths: every one is refused."""
    content, path = original.read_bytes(), folder / "cut.h5"
    for step in range(count):
        path.write_bytes(content[: step * len(content) // count])
        expect(_state(path) is None, f"a file cut to {path.stat().st_size} bytes was read")
        code, _, errors = _asked(path)
        expect(code == INVALID, f"a file cut to {path.stat().st_size} bytes ended with {code}: {errors}")
    return f"cut to {count} lengths: all refused with exit code {INVALID}"


def flips(original: Path, folder: Path, count: int, rng: random.Random) -> str:
    """Change one byte in each of so many regions, which together are the file."""
    content, path = original.read_bytes(), folder / "flipped.h5"
    path.write_bytes(content)
    said, answer = _state(path), _asked(path)
    expect(answer[0] == 0, f"the undamaged file ended with {answer[0]}: {answer[2]}")
    tally = {"refused": 0, "harmless": 0}
    for step in range(count):
        first, last = step * len(content) // count, (step + 1) * len(content) // count
        position = rng.randrange(first, max(last, first + 1))
        changed = bytearray(content)
        changed[position] ^= rng.randrange(1, 256)
        path.write_bytes(changed)
        state = _state(path)
        expect(state in (None, said), f"byte {position} changed what is read")
        code, out, errors = _asked(path)
        expect((code, out) == answer[:2] or code == INVALID, f"byte {position}: {code} {out[:200]} {errors}")
        # What is not needed for an answer need not be whole for it.
        expect(state is None or code == 0, f"byte {position} is harmless, and ended with {code}: {errors}")
        tally["harmless" if state else "refused"] += 1
    return f"flipped {count} bytes in as many regions of {len(content):,} bytes: {tally}, no other answer"


def _state(path: Path) -> State | None:
    try:
        return read_everything(path)
    except WorkspaceError as error:
        expect(str(path) in error.message and bool(error.hint), f"refused without a word: {error}")
        return None


def _asked(path: Path) -> tuple[int, str, str]:
    """Ask the command line for predictions; return its worst exit code and what it said to stdout and stderr."""
    from prle_cli.app import main

    out, errors, question = io.StringIO(), io.StringIO(), ("predict", "--split", "test", "--format", "jsonl")
    with redirect_stdout(out), redirect_stderr(errors):
        code = max(main([*question, "--name", name, "-w", str(path)]) for name in ("kept", "votes"))
    expect("unexpected" not in errors.getvalue(), f"it said {errors.getvalue()}")
    return code, out.getvalue(), errors.getvalue()
