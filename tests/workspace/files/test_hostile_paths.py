"""Names that are no files, links that point elsewhere, and links that are swapped under a reader."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from prle.errors import WorkspaceError
from prle.workspace import layout
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model
from tests.workspace.builders import make_model, snapshot


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/full", "/proc/self/mem", "/proc/self/maps"])
def test_devices_and_their_links_are_refused(tmp_path, device):
    if not Path(device).exists():
        pytest.skip(f"there is no {device} here")
    link = tmp_path / "prle.h5"
    link.symlink_to(device)
    for path in (link, Path(device)):
        with pytest.raises(WorkspaceError, match="expected a workspace, but it is"):
            snapshot(path)


def test_links_that_lead_nowhere_are_refused(tmp_path):
    (tmp_path / "circle.h5").symlink_to("circle.h5")
    (tmp_path / "dangling.h5").symlink_to("nothing.h5")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket.h5"))
        for name in ("circle", "dangling", "socket"):
            with pytest.raises(WorkspaceError, match=f"{name}.h5"):
                snapshot(tmp_path / f"{name}.h5")


def test_a_link_that_is_swapped_under_readers_gives_the_file_or_a_refusal(workspace, tmp_path):
    expected = repr(snapshot(workspace))
    link, fifo, text = tmp_path / "link.h5", tmp_path / "fifo", tmp_path / "text"
    os.mkfifo(fifo)
    text.write_bytes(b"a,b\n1,2\n" * 40)
    link.symlink_to(workspace)
    stop = threading.Event()

    def swap():
        other = tmp_path / "other"
        while not stop.is_set():
            for target in (fifo, workspace, text, tmp_path, workspace, "/dev/zero"):
                other.symlink_to(target)
                other.replace(link)

    swapping = threading.Thread(target=swap)
    swapping.start()
    outcomes = {"read": 0, "refused": 0}
    try:
        while min(outcomes.values()) < 5:
            try:
                assert repr(snapshot(link)) == expected
                outcomes["read"] += 1
            except WorkspaceError:
                outcomes["refused"] += 1
    finally:
        stop.set()
        swapping.join()


@pytest.mark.parametrize("beside", [layout.lock_path, layout.holder_path, layout.temporary_path])
def test_a_link_beside_a_workspace_is_not_written_through(workspace, tmp_path, beside):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    beside(workspace).unlink(missing_ok=True)
    beside(workspace).symlink_to(victim)
    with open_workspace(workspace) as opened:
        identity = opened.identity
    # A lock behind a link is refused; what else is there is replaced.
    with suppress(*([WorkspaceError] if beside is layout.lock_path else [])):
        save_model(workspace, make_model(identity))
    assert victim.read_text() == "precious"


def test_a_workspace_behind_a_link_is_replaced_where_it_is(workspace, tmp_path):
    link = tmp_path / "link.h5"
    link.symlink_to(workspace)
    with open_workspace(link) as opened:
        save_model(link, make_model(opened.identity))
    assert link.is_symlink()
    with open_workspace(workspace) as opened:
        assert opened.model_names == ("default",)
