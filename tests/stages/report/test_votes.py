"""The record of a page about a model in which examples vote."""

import shutil

import pytest

from prle.config import resolve
from prle.data import SourceRequest, load
from prle.encoders import TabularSettings, fit_tabular
from prle.explanation.promised import Promise
from prle.models.labels.checkpoint import load as load_model
from prle.models.labels.checkpoint import parameters_of
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row
from prle.stages.fit.stage import fit
from prle.stages.info import RegimesRequest, find_regimes
from prle.stages.report import ReportRequest, report
from prle.workspace import open_workspace
from tests.stages.conftest import QUICK

VOTING = {**QUICK, "votes.voters": "examples", "votes.base": "linear", "place.neighbours": 20}


@pytest.fixture(scope="module")
def numbers(fitted_once, tmp_path_factory):
    copy = shutil.copy(fitted_once, tmp_path_factory.mktemp("votes") / "prle.h5")
    fit(copy, resolve(None, VOTING))
    return copy


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    workspace = tmp_path_factory.mktemp("votes") / "wine.h5"
    data = load(SourceRequest(source="wine"))
    embed(EmbedRequest(workspace=workspace), data, fit_tabular(data, TabularSettings(bins=8)))
    fit(workspace, resolve(None, VOTING))
    return workspace


@pytest.fixture(params=["numbers", "classes"])
def workspace(request):
    return request.getfixturevalue(request.param)


def test_it_promises_what_was_measured(workspace):
    made = report(workspace, ReportRequest(rows=1))
    with open_workspace(workspace) as opened:
        stored = load_model(opened, "default")
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
