from __future__ import annotations

import shutil
from collections import namedtuple

import numpy as np
import pytest

from prle.errors import WorkspaceError
from prle.workspace import layout
from prle.workspace.files import commit
from prle.workspace.files.commit import replace_tree, require_free
from prle.workspace.files.tree import branch, leaf
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model
from tests.workspace.builders import make_model, snapshot

TREE = branch(layout.WORKSPACE, {"a": leaf(layout.ARRAY, np.zeros(4), made_from="x")}, made_from="x")


def test_a_failed_commit_leaves_the_file_and_nothing_else(workspace, monkeypatch):
    before = snapshot(workspace), sorted(workspace.parent.iterdir())

    def full(path, root):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(commit, "write_tree", full)
    with pytest.raises(WorkspaceError, match=r"cannot be written \(No space left on device\). It is as it was before"):
        replace_tree(workspace, TREE)
    assert (snapshot(workspace), sorted(workspace.parent.iterdir())) == before


def test_an_interrupted_commit_leaves_the_file_and_nothing_else(workspace, monkeypatch):
    before = workspace.read_bytes(), sorted(workspace.parent.iterdir())

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(commit, "_sync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_tree(workspace, TREE)
    assert (workspace.read_bytes(), sorted(workspace.parent.iterdir())) == before


def test_what_a_killed_writer_left_is_replaced(workspace):
    layout.temporary_path(workspace).write_bytes(b"half a file")
    with open_workspace(workspace) as ws:
        save_model(workspace, make_model(ws.identity))
    assert not layout.temporary_path(workspace).exists()
    assert len(snapshot(workspace)) > 6


def test_a_trap_at_the_temporary_path_is_not_written_through(workspace, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    layout.temporary_path(workspace).symlink_to(victim)
    replace_tree(workspace, TREE)
    assert victim.read_text() == "precious"
    assert not workspace.is_symlink()


def test_permissions_are_kept(workspace):
    workspace.chmod(0o640)
    replace_tree(workspace, TREE)
    assert workspace.stat().st_mode & 0o777 == 0o640


def test_a_full_disk_is_noticed_first(workspace, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(0, 0, 2_000_000))
    require_free(workspace, 900_000)
    with pytest.raises(
        WorkspaceError, match=r"needs 2.0 MB of disk, and 2.0 MB is free|needs 3.0 MB of disk"
    ) as caught:
        require_free(workspace, 2_000_000)
    assert "float16" in caught.value.hint


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(WorkspaceError, match="its folder cannot be written") as caught:
        require_free(tmp_path / "none" / "w.h5", 1)
    assert str(tmp_path / "none") in caught.value.hint
