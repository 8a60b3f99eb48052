"""What ``prle consolidate`` asks of the library, and what it does with the answer."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import get_args

import pytest

from prle.config import GroupingName, MergingName
from tests.prle_cli.made import consolidations


@pytest.fixture
def asked(stages, monkeypatch):
    """A stand-in for the stage; return its calls."""
    stages.answers["consolidate"] = consolidations.of_texts()
    stage, request = ModuleType("prle.stages.consolidate.labels"), ModuleType("prle.stages.consolidate.interface")
    stage.consolidate = stages.function("consolidate")
    request.ConsolidateRequest = SimpleNamespace
    for module in (stage, request):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return stages.calls


def test_every_option_is_passed_on(asked, prle):
    prle(
        *("consolidate", "--to", "7", "--method", "circle", "--how", "retrain", "--as", "small"),
        *("--seed", "3", "--name", "big", "-w", "my.h5"),
    )
    workspace, request = asked["consolidate"][0]
    assert (workspace, asked["consolidate"][1]["name"]) == (Path("my.h5"), "big")
    assert vars(request) == {"to": 7, "grouping": "circle", "merging": "retrain", "stored_as": "small", "seed": 3}


def test_a_count_can_be_looked_for(asked, prle):
    outcome = prle("consolidate", "--auto")
    assert vars(asked["consolidate"][0][1]) == {
        "to": None, "grouping": "kmeans", "merging": "merge", "stored_as": None, "seed": 0,
    }  # fmt: skip
    assert "50 prototypes from the 124 of default" in outcome.out
    assert outcome.err == "Next: `prle bench --only prle:default --only prle:default-50`\n"


@pytest.mark.parametrize("options", [(), ("--to", "3", "--auto"), ("--to", "0"), ("--auto", "--method", "squares")])
def test_what_is_not_one_wish_is_refused(asked, prle, options):
    outcome = prle("consolidate", *options)
    assert outcome.code == 2
    assert "Hint: " in outcome.err
    assert not asked


@pytest.mark.parametrize(("option", "names"), [("--method", GroupingName), ("--how", MergingName)])
def test_every_name_is_taken(asked, prle, option, names):
    for name in get_args(names):
        assert prle("consolidate", "--to", "2", option, name).code == 0


def test_json_has_everything(asked, prle):
    found = json.loads(prle("consolidate", "--auto", "--format", "json").out)
    assert (found["schema_version"], found["model"], found["source"]) == (1, "default-50", "default")
    assert found["before"]["top_1"] == 0.184
    assert found["qualities"][0]["difference"] == [-0.0053, -0.0266, 0.0106]
    assert [each["prototypes"] for each in found["tried"]] == [100, 80, 64, 50]
    assert found["groups"][1]["members"] == list(range(1, 10))
