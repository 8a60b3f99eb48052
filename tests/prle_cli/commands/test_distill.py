"""What `prle distill` and `prle explain --teacher` ask of the library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prle.observer import SILENT
from prle.stages.explain import ExplainRequest


def test_distill_passes_every_option_on(stages, prle):
    options = ("--student", "transformer", "--strategy", "two-stage", "--size", "32", "--as", "small", "--heads", "2")
    options += ("--layers", "3", "--epochs", "5", "--temperature", "2", "--group-embedding", "path")
    options += ("--importance", "combined", "--uncertainty", "masked")
    options += ("--seed", "4", "--name", "big", "-w", "w.h5", "-q")
    outcome = prle("distill", *options)
    assert outcome.code == 0
    (workspace, request), named = stages.calls["distill"]
    assert (workspace, named) == (Path("w.h5"), {"observer": SILENT})
    assert (request.name, request.stored_as, request.size) == ("big", "small", 32)
    assert vars(request.settings) == {
        "form": "transformer",
        "strategy": "two-stage",
        "size": 64,
        "heads": 2,
        "layers": 3,
        "epochs": 5,
        "temperature": 2.0,
        "group_embedding": "path",
        "importance": "combined",
        "uncertainty": "masked",
        "seed": 4,
    }


def test_auto_is_a_size_too(stages, prle):
    prle("distill", "--size", "auto")
    (_, request), _ = stages.calls["distill"]
    assert request.size is None
    assert request.stored_as == "default-mlp"


@pytest.mark.parametrize(("form", "size"), [("mlp", 64), ("factored", 1)])
def test_without_a_size_it_is_what_suits_the_form(stages, prle, form, size):
    prle("distill", "--student", form)
    (_, request), _ = stages.calls["distill"]
    assert request.size == size


@pytest.mark.parametrize("size", ["0", "-3", "big", "1.5"])
def test_a_size_that_is_none_is_refused(stages, prle, size):
    outcome = prle("distill", "--size", size)
    assert outcome.code == 2
    assert "--size: expected a number of at least 1 or auto" in outcome.err


def test_what_comes_next_is_a_comparison(stages, prle):
    outcome = prle("distill", "--name", "k124")
    assert outcome.err.endswith("Next: `prle bench --only prle:k124 --only prle:k124-mlp`\n")


def test_json_has_the_trials(stages, prle):
    document = json.loads(prle("distill", "--format", "json").out)
    assert document["trials"][0]["agreement"]["cosine"] == 0.9994
    assert document["taught"]["parameters"] == 1_207_296


def test_a_student_is_explained_by_its_teacher(stages, prle):
    assert prle("explain", "a", "b", "--name", "small", "--teacher").code == 0
    assert stages.calls["explain_texts"][0][-1] == ExplainRequest(name="small", teacher=True)
