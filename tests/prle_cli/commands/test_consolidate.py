"""What ``prle consolidate`` asks of the library, and what it does with the answer."""

from __future__ import annotations

import json

import pytest

from prle.stages.consolidate import ConsolidateRequest
from tests.prle_cli.made import consolidations


@pytest.fixture
def asked(stages):
    """A stand-in for the stage; return its calls."""
    stages.answers["consolidate"] = consolidations.of_texts()
    return stages.calls


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


def test_json_has_everything(asked, prle):
    found = json.loads(prle("consolidate", "--auto", "--format", "json").out)
    assert (found["schema_version"], found["model"], found["source"]) == (1, "default-50", "default")
    assert found["before"]["top_1"] == 0.184
    assert found["qualities"][0]["difference"] == [-0.0053, -0.0266, 0.0106]
    assert [each["prototypes"] for each in found["tried"]] == [100, 80, 64, 50]
    assert found["groups"][1]["members"] == list(range(1, 10))
