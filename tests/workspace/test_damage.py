"""Whatever byte is lost, a workspace gives the right numbers or none."""

from __future__ import annotations

import random

import pytest

from prle.errors import WorkspaceError
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model
from tests.workspace.builders import make_model, snapshot


@pytest.fixture
def filled(workspace):
    """The bytes of a workspace with a model, and everything that it says."""
    with open_workspace(workspace) as ws:
        save_model(workspace, make_model(ws.identity))
    return workspace.read_bytes(), snapshot(workspace)


def test_a_flipped_byte_is_harmless_or_refused(filled, tmp_path):
    content, said = filled
    rng = random.Random(7)
    refused = 0
    for step in range(120):
        changed = bytearray(content)
        position = (step * len(content)) // 120 + rng.randrange(len(content) // 120)
        changed[position] ^= rng.randrange(1, 256)
        path = tmp_path / "prle.h5"
        path.write_bytes(changed)
        try:
            assert repr(snapshot(path)) == repr(said), f"byte {position}"
        except WorkspaceError:
            refused += 1
    assert refused > 20


def test_a_cut_file_is_refused(filled, tmp_path):
    content, _ = filled
    path = tmp_path / "prle.h5"
    for length in [0, 7, 8, 95, 96, 500, *range(1000, len(content) - 1, 1700), len(content) - 1]:
        path.write_bytes(content[:length])
        with pytest.raises(WorkspaceError, match=r"prle\.h5"):
            snapshot(path)


def test_bytes_after_the_end_do_no_harm(filled, tmp_path):
    content, said = filled
    path = tmp_path / "prle.h5"
    path.write_bytes(content + b"more")
    assert repr(snapshot(path)) == repr(said)
