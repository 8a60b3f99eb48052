from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from prle.errors import LockedError, WorkspaceError
from prle.workspace import layout, store
from prle.workspace.files.lock import held
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model
from tests.workspace.builders import make_model, snapshot

REPOSITORY = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from prle.workspace.files.lock import held
with held(Path(sys.argv[1]), patience=0):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(workspace):
    """Another process that holds the lock of the workspace."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace)], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_held_lock_names_its_holder_and_readers_do_not_wait(workspace, holder, monkeypatch):
    monkeypatch.setattr(store, "COMMIT_PATIENCE", 0.1)
    with open_workspace(workspace) as ws, pytest.raises(LockedError) as caught:
        save_model(workspace, make_model(ws.identity))
    expected = f"{workspace} is being written by process {holder.pid} on {socket.gethostname()} (-c {workspace})."
    assert caught.value.message == expected
    assert caught.value.exit_code == 4
    assert len(snapshot(workspace)) > 0


def test_a_killed_holder_leaves_the_lock_free(workspace, holder):
    holder.kill()
    holder.wait()
    assert layout.holder_path(workspace).exists()
    with held(workspace, patience=0):
        assert str(os.getpid()) in layout.holder_path(workspace).read_text()
    assert not layout.holder_path(workspace).exists()


def test_a_commit_waits_for_a_short_one(workspace, holder):
    with open_workspace(workspace) as ws:
        holder.stdin.close()
        save_model(workspace, make_model(ws.identity))
    with open_workspace(workspace) as ws:
        assert ws.model_names == ("default",)
    holder.stdin = None


@pytest.mark.parametrize("note", [b"", b"[]", b"{", b"[" * 4096, b"\xff", b'{"pid": "x", "host": 1, "command": 2}'])
def test_a_note_that_cannot_be_read_does_no_harm(workspace, holder, note):
    layout.holder_path(workspace).write_bytes(note)
    with pytest.raises(LockedError, match="is being written by another process"), held(workspace, patience=0):
        pass


def test_a_missing_folder_is_named_and_not_made(tmp_path):
    with (
        pytest.raises(WorkspaceError, match=r"the folder .*none does not exist"),
        held(tmp_path / "none" / "w.h5", patience=0),
    ):
        pass
    assert not (tmp_path / "none").exists()


def test_a_lock_file_that_cannot_be_opened_is_refused(tmp_path):
    path = tmp_path / "w.h5"
    layout.lock_path(path).mkdir()
    with pytest.raises(WorkspaceError, match=r"w\.h5: cannot be locked for writing"), held(path, patience=0):
        pass
