from __future__ import annotations

import stat

import pytest

from prle.encoders.cache.folder import history_file
from prle.encoders.cache.history import KEPT, add_to_history, forget_history, history_size, read_history


def test_lines_come_back_in_their_order(tmp_path):
    lines = ["one", "zwei\tdrei", "\x1b[31m 你好 \udc80"]
    for line in lines:
        add_to_history(tmp_path / "cache", line)
    assert read_history(tmp_path / "cache") == ["one", "zwei\tdrei", "\x1b[31m 你好 ?"]


def test_only_their_owner_can_read_them(tmp_path):
    add_to_history(tmp_path / "cache", "one")
    assert stat.S_IMODE(history_file(tmp_path / "cache").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


def test_a_file_that_has_grown_is_cut_and_stays_private(tmp_path):
    add_to_history(tmp_path, "\n".join(f"line {number}" for number in range(2 * KEPT + 1)))
    lines = read_history(tmp_path)
    assert (len(lines), lines[-1]) == (KEPT, f"line {2 * KEPT}")
    assert history_file(tmp_path).read_text().split("\n")[0] == lines[0]
    assert stat.S_IMODE(history_file(tmp_path).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["history"]


@pytest.mark.parametrize("what", ["nothing", "a folder", "a file in the place of the folder"])
def test_what_cannot_be_kept_is_done_without(tmp_path, what):
    folder = tmp_path / "cache"
    if what == "a folder":
        history_file(folder).mkdir(parents=True)
    elif what != "nothing":
        folder.write_text("in the way")
    assert read_history(folder) == []
    if what != "nothing":
        add_to_history(folder, "one")
        assert read_history(folder) == []


def test_they_are_forgotten(tmp_path):
    add_to_history(tmp_path, "one")
    assert history_size(tmp_path) == 4
    forget_history(tmp_path)
    forget_history(tmp_path)
    assert (history_size(tmp_path), read_history(tmp_path)) == (0, [])
