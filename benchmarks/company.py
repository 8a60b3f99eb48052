"""Several processes at one workspace: each commit stays, and each reader sees one version."""

from __future__ import annotations

import os
import random
import shutil
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.runs import expect, run, server
from benchmarks.states import MODEL, read_everything
from prle.workspace.files.lock import held
from prle.workspace.interface import StoredModel
from prle.workspace.layout import holder_path
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model

if TYPE_CHECKING:
    from pathlib import Path

WRITERS = ("left", "right")
READERS = 5
SIZE = 20_000
"""Numbers in the model that a writer commits again and again."""


_QUICK_FIT: Final = ("fit", "--epochs", "1", "--projection", "identity", "--prototypes", "4")


def stale_lock(original: Path, folder: Path) -> str:
    """Kill a process that holds the lock; the next command must not care."""
    path = _copy(original, folder / "stale.h5")
    began, here = server().Pipe(duplex=False)
    holder = server().Process(target=_hold, args=(path, here))
    holder.start()
    began.recv()
    refused = run((*_QUICK_FIT, "-w", str(path)))
    expect(refused.code == 4, f"a held lock ended with {refused.code}: {refused.errors}")
    expect(str(holder.pid) in refused.errors, f"a held lock names nobody: {refused.errors}")
    holder.kill()
    holder.join()
    expect(holder_path(path).exists(), "the holder was killed and left no note; nothing was tested")
    done = run((*_QUICK_FIT, "-w", str(path)))
    expect(done.code == 0, f"the lock of a dead process ended with {done.code}: {done.errors}")
    return "a lock held by a living process: exit code 4; by a dead one: no obstacle"


def read_across_a_commit(original: Path, folder: Path) -> str:
    """Open a workspace, let others commit, and read on."""
    path = _copy(original, folder / "across.h5")
    expected = read_everything(path)
    with open_workspace(path) as before:
        for step in range(3):
            save_model(path, _model("default", before.identity, step))
        texts, vectors = tuple(before.texts), before.vectors.tobytes()
        expect((texts, vectors) == (expected["texts"], expected["vectors"]), "a reader's version changed under it")
        expect("default" not in before.model_names, "a reader saw a later commit")
    expect(MODEL + "default" in read_everything(path), "a later reader did not see the commit")
    return "read across 3 commits: the version that was opened"


def writers_and_readers(original: Path, folder: Path, *, commits: int) -> str:
    """Let two writers commit models of their own while five readers look, without end."""
    path = _copy(original, folder / "company.h5")
    stop = server().Event()
    told = server().Queue()
    readers = [server().Process(target=_read, args=(path, stop, told, seed)) for seed in range(READERS)]
    writers = [server().Process(target=_write, args=(path, name, commits)) for name in WRITERS]
    for process in (*readers, *writers):
        process.start()
    for process in writers:
        process.join()
    stop.set()
    looks = [told.get() for _ in readers]
    for process in readers:
        process.join()
    expect(not any(process.exitcode for process in (*readers, *writers)), "a writer or a reader failed")
    with open_workspace(path) as workspace:
        for name in WRITERS:
            last = workspace.model(name).config["step"]
            expect(last == commits - 1, f"the last commit of {name} is lost: {last}")
    who = f"{len(WRITERS)} writers with {commits} commits each, {READERS} readers with {sum(looks)} looks"
    return f"{who}: all consistent"


def _hold(path: Path, began: Any) -> None:
    with held(path, patience=0):
        began.send(None)
        time.sleep(600)


def _write(path: Path, name: str, commits: int) -> None:
    rng = random.Random(name)
    with open_workspace(path) as workspace:
        made_from = workspace.identity
    for step in range(commits):
        save_model(path, _model(name, made_from, step))
        time.sleep(rng.uniform(0, 0.01))


def _read(path: Path, stop: Any, told: Any, seed: int) -> None:
    rng = random.Random(seed)
    looks, latest = 0, dict.fromkeys(WRITERS, -1)
    while not (stop.is_set() and looks):
        with open_workspace(path) as workspace:
            time.sleep(rng.uniform(0, 0.01))
            for name in set(WRITERS) & set(workspace.model_names):
                model = workspace.model(name)
                step = model.config["step"]
                expect(bool((model.arrays["numbers"] == step).all()), f"{name} is of several versions")
                expect(step >= latest[name], f"{name} went back from {latest[name]} to {step}")
                latest[name] = step
            expect(len(workspace.texts) == len(workspace.vectors), "texts and vectors differ")
        looks += 1
    told.put(looks)


def _model(name: str, made_from: str, step: int) -> StoredModel:
    return StoredModel(
        name=name,
        config={"step": step},
        summary={},
        arrays={"numbers": np.full(SIZE, step, np.float64)},
        history=(),
        made_from=made_from,
        created=f"by process {os.getpid()}",
    )


def _copy(original: Path, path: Path) -> Path:
    shutil.copy(original, path)
    return path
