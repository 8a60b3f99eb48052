from __future__ import annotations

from pathlib import Path

import pytest

from prle.data.replacing import replacing
from prle.encoders.cache.folder import cache_folder, make_private


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"PRLE_CACHE": "/mine"}, Path("/mine")),
        ({"PRLE_CACHE": "OFF"}, None),
        ({"XDG_CACHE_HOME": "/shared"}, Path("/shared/prle")),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/jo"}, Path("/home/jo/.cache/prle")),
        ({"PRLE_CACHE": "", "HOME": "/home/jo"}, Path("/home/jo/.cache/prle")),
        ({"PRLE_CACHE": "~/kept", "HOME": "/home/jo"}, Path("/home/jo/kept")),
    ],
)
def test_where_the_cache_is(monkeypatch, variables, expected):
    for name in ("PRLE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == expected


def test_new_folders_are_private(tmp_path):
    make_private(tmp_path / "a" / "b")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b")] == [0o700, 0o700]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    def write(text: str, divisor: int) -> float:
        with replacing(tmp_path / "file") as temporary:
            temporary.write_text(text)
            return 1 / divisor

    write("one", 1)
    with pytest.raises(ZeroDivisionError):
        write("half", 0)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "one"
