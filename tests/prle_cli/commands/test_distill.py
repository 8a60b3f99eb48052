"""What `prle distill` and `prle explain --teacher` ask of the library."""

from __future__ import annotations

import json

import pytest


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
