from __future__ import annotations

from dataclasses import replace

import pytest

from prle.errors import WorkspaceError
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.info import info
from prle.stages.info.interface import ModelSummary
from prle.workspace import layout
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model
from tests.workspace.builders import SUMMARY, StubEncoder, make_dataset, make_model, make_workspace


@pytest.fixture
def workspace(tmp_path):
    make_workspace(tmp_path / "prle.h5")
    return tmp_path / "prle.h5"


def test_info_says_what_is_there(workspace):
    report = info(workspace)
    assert (report.workspace, report.format_version) == (workspace, "1.0")
    assert report.size_bytes == workspace.stat().st_size
    assert (report.dataset, report.origin, report.synthetic) == ("pairs", "made up: pairs", False)
    assert (report.fields, report.label, report.label_range) == (("sentence1", "sentence2"), "score", (0.0, 5.0))
    assert (report.rows, report.texts) == ({"train": 12, "validation": 4}, 28)
    assert (report.encoder, report.encoder_fingerprint, report.width) == ("stub", "ab" * 32, 8)
    assert (report.vector_dtype, report.partial, report.models) == ("float32", None, ())
    assert set(report.sections) == {"manifest", "texts", "splits", "embeddings"}


def test_models_are_listed_with_what_has_changed_since(workspace):
    with open_workspace(workspace) as ws:
        save_model(workspace, make_model(ws.identity, name="old"))
    embed(EmbedRequest(workspace=workspace), make_dataset(12, shift=1), StubEncoder())
    with open_workspace(workspace) as ws:
        save_model(workspace, replace(make_model(ws.identity, name="new"), summary={**SUMMARY, "validation_rmse": 1}))
    report = info(workspace)
    assert [(model.name, model.stale) for model in report.models] == [
        ("new", None),
        ("old", "the data have changed (was pairs, is pairs)"),
    ]
    assert report.models[0] == ModelSummary(
        name="new",
        size_bytes=report.sections["models/new"],
        created="2026-01-02T03:04:05+00:00",
        stale=None,
        **{**SUMMARY, "validation_rmse": 1.0},
    )


def test_an_unfinished_embed_is_found(workspace):
    partial = layout.partial_path(workspace)
    partial.write_bytes(b"")
    assert info(workspace).partial == partial


@pytest.mark.parametrize(("key", "value"), [("router", None), ("prototypes", 2.5), ("prototypes", True), ("em", 1)])
def test_a_summary_of_other_types_is_refused(workspace, key, value):
    with open_workspace(workspace) as ws:
        save_model(workspace, replace(make_model(ws.identity), summary={**SUMMARY, key: value}))
    with pytest.raises(WorkspaceError, match=f"model default: expected {key} as .* got {value!r}") as caught:
        info(workspace)
    assert caught.value.hint == "run `prle fit --name default` again"


VOTES = {"voters": "examples", "base": "kernel+map", "carried": 1.0, "told": 0.98, "anchored": 0.4}


def test_who_votes_and_what_is_promised_are_listed(workspace):
    with open_workspace(workspace) as ws:
        model = make_model(ws.identity)
        settings = {**model.config, "place": {"neighbours": 200}}
        save_model(workspace, replace(model, config=settings, summary={**SUMMARY, **VOTES}))
    (found,) = info(workspace).models
    assert (found.base, found.voters, found.neighbours) == ("kernel+map", "examples", 200)
    assert found.promise == {"carried": 1.0, "told": 0.98, "anchored": 0.4}


@pytest.mark.parametrize(("votes", "neighbours"), [({"base": 3}, 200), ({"voters": None}, 200), ({}, "auto")])
def test_votes_of_other_types_are_refused(workspace, votes, neighbours):
    with open_workspace(workspace) as ws:
        model = make_model(ws.identity)
        settings = {**model.config, "place": {"neighbours": neighbours}}
        save_model(workspace, replace(model, config=settings, summary={**SUMMARY, **VOTES, **votes}))
    with pytest.raises(WorkspaceError, match="model default: expected its base, its voters and how many vote"):
        info(workspace)


def test_info_needs_a_workspace(tmp_path):
    with pytest.raises(WorkspaceError, match="does not exist"):
        info(tmp_path / "prle.h5")
