"""What `prle predict --out` asks of the library, and what goes together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_shards_are_predicted_by_the_engine_that_is_named(stages, prle):
    options = ("--engine", "ray", "--address", "10.0.0.1:6379", "--level", "0.9", "--name", "small", "-w", "w.h5")
    outcome = prle("predict", "--file", "in", "--out", "made", *options)
    (request,), named = stages.calls["predict_shards"]
    assert outcome.code == 0
    assert (request.workspace, request.source, request.folder) == (Path("w.h5"), Path("in"), Path("made"))
    assert (request.asked.name, request.asked.level, request.asked.first) == ("small", 0.9, 5)
    assert named["engine"] == "ray"
    assert "of 12,000,000 rows in 240 shards is predicted" in outcome.out


def test_shards_are_told_of_as_json(stages, prle):
    document = json.loads(prle("predict", "--file", "in", "--out", "made", "--format", "json").out)
    assert (document["rows"], document["computed"], document["engine"]) == (12_000_000, 180, "ray")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--split", "test", "--engine", "ray"), "--engine ray expects --out"),
        (("--split", "test", "--out", "made"), "--out made expects --file"),
        (("--file", "in", "--out", "made", "--format", "csv"), "expects --format table or json, got csv"),
    ],
)
def test_what_does_not_go_together_is_said(stages, prle, arguments, message):
    outcome = prle("predict", *arguments)
    assert outcome.code == 2
    assert message in outcome.err
    assert "predict_shards" not in stages.calls


def test_embed_hands_its_engine_on(stages, prle):
    prle("embed", "stsb", "--engine", "ray", "--address", "10.0.0.1:6379")
    assert stages.calls["embed_source"][1]["engine"] == "ray"


def test_fit_hands_its_device_on(stages, prle):
    prle("fit", "--device", "cuda:1")
    assert stages.calls["fit"][1]["compute"] == "cuda:1"


def test_a_search_has_no_device(stages, prle):
    outcome = prle("fit", "--search", "4", "--device", "cuda")
    assert outcome.code == 2
    assert "--device and --search do not go together" in outcome.err
