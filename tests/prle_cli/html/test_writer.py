from __future__ import annotations

import importlib.util

import pytest

from prle.errors import PrleError, UsageError
from prle_cli.html import page, writer
from tests.prle_cli.made import pages


def test_a_page_is_written_whole_and_says_what_is_on_it(tmp_path):
    output = tmp_path / "report.html"
    output.write_text("an older page")
    made = pages.contents()
    written = writer.write(made, output)
    assert output.read_text(encoding="utf-8") == page.render(made)
    assert written.size_bytes == output.stat().st_size
    assert (written.path, written.regimes, written.explained, written.bench) == (output, 6, 7, False)
    assert written.figures == made.figures
    assert list(tmp_path.iterdir()) == [output]


def test_a_page_that_cannot_be_made_leaves_the_older_one(tmp_path, monkeypatch):
    output = tmp_path / "report.html"
    output.write_text("an older page")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer.os, "fsync", fail)
    with pytest.raises(PrleError, match="cannot be written \\(No space left on device\\)"):
        writer.write(pages.contents(), output)
    assert output.read_text() == "an older page"
    assert list(tmp_path.iterdir()) == [output]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "kept.html").write_text("an older page")
    (tmp_path / "report.html").symlink_to("kept.html")
    writer.write(pages.contents(), tmp_path / "report.html")
    assert (tmp_path / "report.html").is_symlink()
    assert (tmp_path / "kept.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_workspace_is_never_replaced_by_a_page(tmp_path):
    workspace = tmp_path / "prle.h5"
    workspace.write_bytes(b"")
    (tmp_path / "link.html").symlink_to("prle.h5")
    for output in (workspace, tmp_path / "link.html"):
        with pytest.raises(UsageError, match="expected another file than the workspace"):
            writer.check(output, workspace)


@pytest.mark.parametrize(("name", "said"), [("", "it is a folder"), ("nowhere/report.html", "there is no folder")])
def test_a_place_that_cannot_be_is_refused_at_once(tmp_path, name, said):
    with pytest.raises(UsageError, match=said):
        writer.check(tmp_path / name, tmp_path / "prle.h5")


def test_without_jinja2_the_extra_is_named(tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(writer, "find_spec", lambda name: None if name == "jinja2" else find(name))
    with pytest.raises(PrleError, match="pages need jinja2") as caught:
        writer.check(tmp_path / "report.html", tmp_path / "prle.h5")
    assert caught.value.hint == "pip install 'prle[report]'"
