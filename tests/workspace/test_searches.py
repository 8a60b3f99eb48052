"""What a search has measured stays in the workspace, whatever else happens to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prle.errors import UsageError, WorkspaceError
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.workspace.opened import open_workspace
from prle.workspace.store import drop_model, save_model, save_search
from tests.workspace.builders import StubEncoder, make_dataset, make_model, make_search, make_workspace


@pytest.fixture
def searched(tmp_path):
    path = tmp_path / "prle.h5"
    save_search(path, make_search(make_workspace(path)))
    return path


def stored(path, name="default"):
    with open_workspace(path) as opened:
        return opened.search(name)


def test_a_search_comes_back_as_it_was(searched):
    with open_workspace(searched) as opened:
        assert opened.search_names == ("default",)
        assert opened.search("default") == make_search(opened.identity)
        assert opened.search("other") is None
        assert opened.model_names == ()


def test_a_workspace_without_searches_has_no_such_section(tmp_path):
    make_workspace(tmp_path / "prle.h5")
    with open_workspace(tmp_path / "prle.h5") as opened:
        assert (opened.search_names, opened.search("default")) == ((), None)
        assert "searches" not in opened.section_sizes()


def test_it_outlives_models_and_other_embeddings(searched):
    before = stored(searched)
    save_model(searched, make_model(before.made_from))
    drop_model(searched, "default")
    assert stored(searched) == before
    embed(EmbedRequest(workspace=searched), make_dataset(12, shift=1), StubEncoder())
    assert stored(searched) == before
    with open_workspace(searched) as opened:
        assert opened.identity != before.made_from


def test_a_later_state_replaces_the_earlier_one_only(searched):
    identity = stored(searched).made_from
    save_search(searched, make_search(identity, name="other"))
    save_search(searched, make_search(identity, finished=True))
    assert stored(searched).finished
    assert not stored(searched, "other").finished


@pytest.mark.parametrize("change", [{"trials": "4"}, {"seed": True}, {"finished": 1}])
def test_other_types_are_refused(searched, change):
    save_search(searched, replace(stored(searched), **change))
    with pytest.raises(WorkspaceError, match=f"expected {next(iter(change))} as "):
        stored(searched)


def test_a_name_that_cannot_be_used_is_refused(searched):
    with pytest.raises(UsageError, match="model name"):
        save_search(searched, make_search("x", name="../up"))
