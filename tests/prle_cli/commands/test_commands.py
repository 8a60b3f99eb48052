"""What each command asks of the library, and what it does with the answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prle.data import SourceRequest
from prle.observer import SILENT
from prle.stages.embed import EncoderRequest
from prle.stages.info.interface import RegimesRequest
from prle.stages.report.interface import ReportRequest
from tests.prle_cli.made import class_reports


def test_embed_verbatim(stages, prle):
    outcome = prle("embed", "stsb", "--encoder", "all-MiniLM-L6-v2")
    assert outcome.code == 0
    assert stages.calls["embed_source"][0] == (Path("prle.h5"), SourceRequest(source="stsb"), EncoderRequest())
    assert "stsb is embedded" in outcome.out
    assert outcome.err == "Next: `prle fit`\n"


def test_embed_passes_what_is_about_tables_on(stages, prle):
    outcome = prle("embed", "t.csv", "--table", "--drop", "id", "--drop", "day", "--numeric", "quantile", "--bins", "8")
    _, request, encoder = stages.calls["embed_source"][0]
    assert outcome.code == 0
    assert (request.table, request.drop) == (True, ("id", "day"))
    assert encoder == EncoderRequest(numeric="quantile", bins=8)


def test_embed_needs_a_source(stages, prle):
    assert prle("embed").code == 2
    assert stages.calls == {}


def test_the_next_command_names_the_workspace(stages, prle):
    assert prle("embed", "stsb", "-w", "my file.h5").err == "Next: `prle fit -w 'my file.h5'`\n"


def test_fit_verbatim(stages, prle):
    outcome = prle("fit", "--router", "softmax", "--em")
    assert outcome.code == 0
    assert stages.calls["resolve"][0] == (None, {"router.kind": "softmax", "train.em_alt_training": True})
    assert stages.calls["fit"][0][0] == Path("prle.h5")
    assert stages.calls["fit"][1]["name"] == "default"


def test_fit_searches_when_asked(stages, prle):
    outcome = prle("fit", "--search", "6", "--router", "knn", "--name", "found")
    assert "fit" not in stages.calls
    assert stages.calls["search"][0] == (Path("prle.h5"), {"router.kind": "knn"})
    assert stages.calls["search"][1]["trials"] == 6
    assert stages.calls["search"][1]["name"] == "found"
    assert "6 trials on validation rows" in outcome.out


def test_a_search_needs_two_trials(stages, prle):
    assert prle("fit", "--search", "1").code == 2
    assert "search" not in stages.calls


def test_the_environment_stands_in_for_options(stages, prle, monkeypatch):
    monkeypatch.setenv("PRLE_ROUTER", "radius")
    monkeypatch.setenv("PRLE_EM", "false")
    monkeypatch.setenv("PRLE_WORKSPACE", "other.h5")
    prle("fit", "--router", "knn")
    assert stages.calls["resolve"][0][1] == {"router.kind": "knn", "train.em_alt_training": False}
    assert stages.calls["fit"][0][0] == Path("other.h5")


def test_cache(stages, prle):
    assert "1,482 vectors of at most 20,000" in prle("cache").out
    shown = json.loads(prle("cache", "--format", "json").out)
    assert (shown["schema_version"], shown["vectors"], shown["encoders"][0]["texts"]) == (1, 1482, 48)
    assert "clear_cache" not in stages.calls


def test_clearing_the_cache(stages, prle):
    assert prle("cache", "clear").out == "Removed 1,482 vectors, 4.1 MB.\n"
    assert stages.calls["clear_cache"][1] == {"encoders": False}
    assert json.loads(prle("cache", "clear", "--encoders", "--format", "json").out)["vectors"] == 1482
    assert stages.calls["clear_cache"][1] == {"encoders": True}


def test_suggest_json_has_the_whole_grid(stages, prle):
    suggested = json.loads(prle("suggest", "--format", "json").out)
    assert (suggested["schema_version"], suggested["recommended"]) == (1, 32)
    assert suggested["dimensions"]["power_is_capped"] is True
    first = suggested["trials"][0]
    assert (first["count"], first["silhouette"]) == (1, None)
    assert first["coverage"][0] == {"temperature": 5.0, "needed": 1.0, "top_weight": 1.0}


@pytest.mark.parametrize("count", ["auto", "many"])
def test_what_a_count_may_be_the_library_says(stages, prle, count):
    prle("fit", "--prototypes", count)
    assert stages.calls["resolve"][0][1] == {"prototypes.count": count}


def test_the_history_of_a_model(stages, prle):
    outcome = prle("info", "--history", "--name", "ridge", "-w", "other.h5")
    assert stages.calls["read_history"] == ((Path("other.h5"),), {"name": "ridge"})
    assert "kept (epoch 6 of 9)" in outcome.out
    assert "info" not in stages.calls
    history = json.loads(prle("info", "--history", "--format", "json").out)
    assert stages.calls["read_history"][1]["name"] == "default"
    assert (history["best_epoch"], history["epochs"][-1]["phase"]) == (6, "ridge")


def test_config_show_says_who_gave_what(stages, prle, monkeypatch):
    monkeypatch.setenv("PRLE_EPOCHS", "3")
    monkeypatch.setenv("PRLE_ROUTER", "radius")
    outcome = prle("config", "show", "--router", "knn", "--no-em", "--config", "my.yaml")
    (workspace,), asked = stages.calls["settings"]
    assert (workspace, asked["file"], asked["name"]) == (Path("prle.h5"), Path("my.yaml"), None)
    assert {key: (given.value, given.origin.kind, given.origin.place) for key, given in asked["given"].items()} == {
        "router.kind": ("knn", "flag", "--router"),
        "train.em_alt_training": (False, "flag", "--no-em"),
        "train.epochs": (3, "environment", "PRLE_EPOCHS"),
    }
    assert "--router (default softmax)" in outcome.out


def test_config_show_of_a_model_as_json(stages, prle):
    shown = json.loads(prle("config", "show", "--name", "no-em", "-w", "other.h5", "--format", "json").out)
    assert (stages.calls["settings"][0], stages.calls["settings"][1]["name"]) == ((Path("other.h5"),), "no-em")
    assert shown["schema_version"] == 1
    row = next(row for row in shown["settings"] if row["key"] == "train.epochs")
    assert row == {
        "key": "train.epochs",
        "section": "train",
        "value": 12,
        "origin": "environment",
        "place": "PRLE_EPOCHS",
        "default": 60,
        "allowed": "whole number, at least 0",
        "description": "epochs at most",
    }


def test_config_alone_shows_its_help(prle):
    outcome = prle("config")
    assert outcome.code == 0
    assert outcome.err == ""
    assert "show" in outcome.out


@pytest.mark.parametrize("arguments", [("-q", "embed", "stsb"), ("embed", "stsb", "-q")])
def test_quiet_leaves_the_result_and_nothing_else(stages, prle, arguments):
    outcome = prle(*arguments)
    assert stages.calls["embed_source"][1]["observer"] is SILENT
    assert outcome.err == ""
    assert "stsb is embedded" in outcome.out


def test_regimes_are_asked_for_with_their_seeds(stages, prle):
    outcome = prle("info", "--regimes", "--seeds", "3", "--name", "m")
    assert outcome.out.startswith("Regimes of model default on banking77")
    assert stages.calls["find_regimes"][0] == (Path("prle.h5"), RegimesRequest(name="m", seeds=3))
    refused = prle("info", "--seeds", "3")
    assert refused.code == 2
    assert "--seeds goes with --regimes" in refused.err


def test_an_explained_class_is_drawn_as_one(stages, prle):
    stages.answers["explain_texts"] = class_reports.explanation()
    outcome = prle("explain", "where is my card", "--class", "card_arrival", "--top", "2")
    assert "Who decided on card_arrival" in outcome.out
    assert stages.calls["explain_texts"][0][-1].class_name == "card_arrival"
    document = json.loads(prle("explain", "where is my card", "--format", "json").out)
    assert (document["schema_version"], document["prediction"], document["space"]) == (
        1,
        "card_arrival",
        "probabilities",
    )
    assert set(document["prototypes"][0]) >= {"prototype", "weight", "expert_prediction", "contribution", "anchor"}


def test_report_writes_a_page(stages, prle, tmp_path):
    page = tmp_path / "page.html"
    given = ("--rows", "7", "--bench", "bench.json", "--name", "small", "-w", "other.h5")
    outcome = prle("report", "--output", str(page), *given)
    request = ReportRequest(name="small", rows=7, bench=Path("bench.json"))
    assert stages.calls["report"][0] == (Path("other.h5"), request)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "is written" in outcome.out


def test_report_json_says_where_the_page_is(stages, prle, tmp_path):
    page = tmp_path / "page.html"
    told = json.loads(prle("report", "--output", str(page), "--format", "json").out)
    assert (told["schema_version"], told["path"], told["size_bytes"]) == (1, str(page), page.stat().st_size)
    assert [each["split"] for each in told["figures"]] == ["validation", "test"]
    assert told["figures"][1]["pearson"] == 0.8491


def test_report_never_replaces_the_workspace(stages, prle, tmp_path):
    workspace = tmp_path / "prle.h5"
    workspace.write_bytes(b"precious")
    outcome = prle("report", "-w", str(workspace), "--output", str(workspace))
    assert (outcome.code, workspace.read_bytes()) == (2, b"precious")
    assert "report" not in stages.calls
