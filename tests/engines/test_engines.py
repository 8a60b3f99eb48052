"""What every engine does, and what is refused before one is asked for anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

from prle.engines import ENGINES, LocalEngine, engine_named
from prle.errors import DataError, UsageError
from tests.engines.works import Doubling, Unloadable


class Listening:
    def __init__(self):
        self.notes = []

    def note(self, message):
        self.notes.append(message)

    warn = note


def test_an_engine_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="engine: expected one of local, ray; got 'rey'") as caught:
        engine_named("rey")
    assert caught.value.hint == "did you mean ray?"


def test_an_address_without_a_cluster_is_refused():
    with pytest.raises(UsageError, match=r"--address 10\.0\.0\.1:6379: expected --engine ray, got local"):
        engine_named("local", address="10.0.0.1:6379")


def test_a_missing_extra_is_named_before_anything_is_done(monkeypatch):
    monkeypatch.setattr("prle.engines.ray_engine.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="the package ray is not installed") as caught:
        engine_named("ray")
    assert caught.value.hint == "pip install 'prle[ray]'"
    assert caught.value.exit_code == 2


def test_names_are_those_of_the_registry(monkeypatch):
    monkeypatch.setattr("prle.engines.ray_engine.find_spec", lambda _: object())
    for name in ENGINES:
        with engine_named(name) as engine:
            assert engine.name == name


def test_ray_is_loaded_by_nobody_but_who_uses_it():
    loaded = "prle.engines, prle.stages.embed.stage, prle.stages.predict.shards as _"
    code = f"import sys, {loaded}; print('ray' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_here_work_is_loaded_once_and_items_are_taken_as_they_are_needed():
    observer, taken = Listening(), []

    def items():
        for item in range(5):
            taken.append(item)
            yield item

    answers = LocalEngine(observer=observer).mapped(Doubling(), items())
    assert (next(answers), taken) == (0, [0])
    assert list(answers) == [2, 4, 6, 8]
    assert observer.notes == ["doubling is easy"]


def test_here_errors_are_what_they_are():
    with pytest.raises(DataError, match="expected a model"):
        list(LocalEngine().mapped(Unloadable(), [1]))
