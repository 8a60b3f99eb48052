"""What ``prle consolidate`` asks of the library, and what it does with the answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from prle.config import GroupingName, MergingName
from prle.stages.consolidate import ConsolidateRequest
from tests.prle_cli.made import consolidations


@pytest.fixture
def asked(stages):
    """A stand-in for the stage; return its calls."""
    stages.answers["consolidate"] = consolidations.of_texts()
    return stages.calls


def test_every_option_is_passed_on(asked, prle):
    prle(
        *("consolidate", "--to", "7", "--method", "circle", "--how", "retrain", "--as", "small"),
        *("--seed", "3", "--name", "big", "-w", "my.h5"),
    )
    wanted = ConsolidateRequest(name="big", to=7, grouping="circle", merging="retrain", stored_as="small", seed=3)
    assert asked["consolidate"][0] == (Path("my.h5"), wanted)


def test_a_count_can_be_looked_for(asked, prle):
    outcome = prle("consolidate", "--auto")
    assert asked["consolidate"][0][1] == ConsolidateRequest()
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
