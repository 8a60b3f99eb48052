"""The normative page and the files agree."""

from __future__ import annotations

import re
from pathlib import Path

import h5py
import numpy as np
import pytest

from prle.workspace import layout
from prle.workspace.files.partial import Job, partial_vectors
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_edit, save_model, save_search
from tests.workspace.builders import make_model, make_search

PAGE = (Path(__file__).parents[2] / "docs" / "workspace-format.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(/[\w/]*)` \| `([a-z-]+)` \|", PAGE.partition("## `FILE.partial`")[0], re.MULTILINE))


def page_path(name):
    """Return how the page writes the path of an element."""
    path = re.sub(r"^/splits/\w+", "/splits/SPLIT", name)
    path = re.sub(r"^/(models|searches)/\w+", r"/\1/NAME", path)
    return re.sub(r"/edits/\d+", "/edits/N", path)


def test_every_element_is_on_the_page_as_its_kind(workspace):
    with open_workspace(workspace) as opened:
        save_model(workspace, make_model(opened.identity))
        save_search(workspace, make_search(opened.identity))
    with open_workspace(workspace) as opened:
        edited = make_model(opened.identity, step=1)
        save_edit(workspace, edited, record={"kind": "relabel"}, seal=opened.seal("default"))
    seen = set()
    with h5py.File(workspace, "r") as file:
        elements = [file]
        file.visititems(lambda _, element: elements.append(element))
        for element in elements:
            path, kind = page_path(element.name), element.attrs[layout.ENCODING_TYPE].decode()
            if path.startswith("/models/NAME/edits/N/before/"):
                assert kind in ("array", "arrays", "json")
            elif path.startswith("/models/NAME/arrays/"):
                assert kind in ("array", "arrays")
            else:
                assert ROWS[path] == kind
                assert element.attrs[layout.ENCODING_VERSION] == b"1.0"
                seen.add(path)
    elsewhere = re.compile(r"/encoder|/targets|(/splits/SPLIT)?/(groups|paths)")
    other = {path for path in ROWS if elsewhere.match(path)}
    assert seen == set(ROWS) - other, (
        "those of a fitted encoder and of target texts are not there for texts and numbers"
    )


def test_the_partial_file_is_on_the_page(workspace):
    section = PAGE.partition("## `FILE.partial`")[2]
    job = Job(identity="j", shape=(3, 2), dtype="float32")
    with partial_vectors(workspace, job), h5py.File(layout.partial_path(workspace), "r") as file:
        for element in (file, *file.values()):
            assert f"| `{element.name}` | `{element.attrs[layout.ENCODING_TYPE].decode()}` |" in section


def test_the_page_reads_a_workspace_without_prle(workspace, monkeypatch):
    monkeypatch.chdir(workspace.parent)
    found = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], found)
    with open_workspace(workspace) as opened:
        assert found["texts"] == list(opened.texts)
        assert np.array_equal(found["labels"], opened.labels("train"))
        assert np.array_equal(found["embeddings"], opened.embeddings("train"))


@pytest.mark.parametrize("constant", ["12 deep", "100 000 elements", "256 bytes", "1024 rows", "64 bytes"])
def test_limits_are_on_the_page(constant):
    from prle.workspace.files import reader, writer

    limits = {reader.MAX_DEPTH, reader.MAX_ELEMENTS, reader.MAX_ATTRIBUTE, layout.BLOCK_ROWS, writer.ALIGNMENT}
    assert constant in PAGE
    assert int(re.sub(r"\D", "", constant)) in limits
