"""The record of a page about a model in which examples vote."""

import pytest

from prle.metrics.promise import Promise
from prle.models.labels.checkpoint import load, parameters_of
from prle.stages.edit import relabel
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row
from prle.stages.info import RegimesRequest, find_regimes
from prle.stages.report import ReportRequest, report
from prle.workspace import open_workspace
from tests.stages.voting import votes_once, voting_numbers  # noqa: F401


@pytest.fixture(params=["number", "class", "table"])
def workspace(request, votes_once):  # noqa: F811
    return votes_once[request.param]


def test_it_promises_what_was_measured(workspace):
    made = report(workspace, ReportRequest(rows=1))
    with open_workspace(workspace) as opened:
        stored = load(opened, "default")
    assert made.promise == Promise.of(stored.measured)
    assert made.promise.carried == pytest.approx(1.0)
    assert made.model.parameters == parameters_of(stored) > 0
    assert made.model.settings["votes.voters"] == "examples"
    assert Promise.of({"carried": 1.0}) is None


def test_rows_are_explained_as_explain_does_with_those_who_voted(workspace):
    made = report(workspace, ReportRequest(rows=4))
    for explained in made.explained:
        split, row = explained.row.split(":")
        assert explained == explain_row(workspace, split, int(row), ExplainRequest(examples=5))
        assert explained.votes.listed


def test_regimes_share_rows_and_weight_out(workspace):
    made = report(workspace, ReportRequest(rows=1))
    assert sum(regime.rows for regime in made.regimes) == made.data.rows["train"]
    assert sum(regime.weight for regime in made.regimes) == pytest.approx(1.0)


def test_seeds_are_compared_where_that_is_asked_for(workspace):
    made, beside = report(workspace, ReportRequest(rows=1, seeds=2)), find_regimes(workspace, RegimesRequest(seeds=2))
    assert made.seeds == beside.seeds
    assert made.agreement == beside.agreement
    assert len(made.seeds) == 2


def test_labels_are_those_that_the_model_was_told(voting_numbers):  # noqa: F811
    anchor = report(voting_numbers, ReportRequest(rows=1)).regimes[0].anchor
    relabel(voting_numbers, anchor.row, anchor.label + 0.5)
    regimes = report(voting_numbers, ReportRequest(rows=1)).regimes
    assert [each.anchor.label for each in regimes if each.anchor.row == anchor.row] == [anchor.label + 0.5]
