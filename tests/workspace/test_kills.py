"""SIGKILL at any moment: the workspace opens as it was before or as it is after, and the work goes on."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from prle.workspace import layout
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model
from tests.workspace.builders import make_model, make_workspace, snapshot
from tests.workspace.killable import run_embed

REPOSITORY = Path(__file__).parents[2]
KILLS = 20


def took(action, *arguments, **options):
    """Return how long that took, in seconds: the machine may be busy, and the kills must still hit."""
    started = time.monotonic()
    action(*arguments, **options)
    return time.monotonic() - started


def kill_after(seconds, job, path):
    """Start a job in a process of its own, and kill it that long after it began."""
    command = [sys.executable, "-m", "tests.workspace.killable", job, str(path)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        process.kill()


@pytest.mark.slow
def test_a_killed_embed_leaves_the_old_workspace_and_resumes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    path = tmp_path / "prle.h5"
    make_workspace(path)
    old = path.read_bytes()
    expected = tmp_path / "expected.h5"
    expected.write_bytes(old)
    seconds = took(run_embed, expected)
    states = repr(snapshot(path)), repr(snapshot(expected))
    rng = random.Random(3)
    seen, resumed = set(), 0
    for _ in range(KILLS):
        kill_after(rng.uniform(0.0, 0.3 * seconds), "embed", path)
        state = repr(snapshot(path))
        assert state in states
        seen.add(states.index(state))
        resumed += layout.partial_path(path).exists()
        if state == states[1]:
            assert path.read_bytes() == expected.read_bytes()
            path.write_bytes(old)
    run_embed(path, delay=0)
    assert path.read_bytes() == expected.read_bytes()
    assert not layout.partial_path(path).exists()
    assert 0 in seen
    assert resumed > 3, "the kills came in the middle of the work"


@pytest.mark.slow
def test_a_killed_fit_leaves_the_model_before_or_after(tmp_path):
    path = tmp_path / "prle.h5"
    made_from = make_workspace(path)
    seconds = took(save_model, path, make_model(made_from, name="kept", step=-1))
    rng = random.Random(4)
    steps = []
    for _ in range(KILLS):
        kill_after(rng.uniform(0.0, 10 * seconds), "fit", path)
        with open_workspace(path) as workspace:
            assert workspace.model("kept").config["step"] == -1
            if "default" in workspace.model_names:
                model = workspace.model("default")
                step = model.config["step"]
                assert np.all(model.arrays["experts/weights"] == step)
                assert model.arrays["router/log_temperature"] == step
                steps.append(step)
    assert len(set(steps)) > 1, "the kills came at different moments"
