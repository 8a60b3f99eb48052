"""Explanations of a model in which examples vote: ledgers that add up, and rows that are what they say."""

import numpy as np
import pytest

from prle.config import resolve
from prle.models.labels.checkpoint import load
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.questions import question_of
from prle.stages.explain.stage import explain_row
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace
from tests.stages.conftest import QUICK

VOTING = {**QUICK, "votes.voters": "examples", "votes.base": "linear", "place.neighbours": 20}


@pytest.fixture(scope="module")
def numbers(fitted_once, tmp_path_factory):
    import shutil

    copy = shutil.copy(fitted_once, tmp_path_factory.mktemp("votes") / "prle.h5")
    fit(copy, resolve(None, VOTING), name="votes")
    fit(copy, resolve(None, {**VOTING, "votes.voters": "prototypes"}), name="anchors")
    return copy


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    from prle.data import SourceRequest
    from prle.data import load as load_data
    from prle.encoders.tabular.fitting import TabularSettings, fit_tabular

    workspace = tmp_path_factory.mktemp("votes") / "wine.h5"
    data = load_data(SourceRequest(source="wine"))
    embed(EmbedRequest(workspace=workspace), data, fit_tabular(data, TabularSettings(bins=8)))
    fit(workspace, resolve(None, VOTING), name="votes")
    return workspace


def explained(workspace, row=3, **asked):
    return explain_row(workspace, "test", row, ExplainRequest(name=asked.pop("name", "votes"), **asked))


@pytest.mark.parametrize("name", ["votes", "anchors"])
@pytest.mark.parametrize("row", [0, 3, 17])
def test_numbers_add_up_by_prototype_and_by_example(numbers, name, row):
    report = explained(numbers, row, name=name)
    votes = report.votes
    assert set(report.completeness_gap) == {"prototypes", "votes"}
    assert max(report.completeness_gap.values()) <= 1e-9
    listed = sum(each.contribution for each in votes.listed)
    assert listed + votes.others.contribution + votes.differs == pytest.approx(report.prediction, rel=1e-9)
    assert sum(each.alpha for each in votes.listed) + votes.others.alpha == pytest.approx(1.0, abs=1e-9)
    said = sum(share.weight * (share.examples_say + share.differs) for share in report.prototypes)
    assert said == pytest.approx(report.prediction, rel=1e-9)


def test_voters_are_the_rows_that_they_name(numbers):
    with open_workspace(numbers) as opened:
        labels, voters = opened.labels("train"), load(opened, "votes").ballot.voters
        for each in explained(numbers, examples=8).votes.listed:
            assert each.label == labels[each.row]
            assert each.texts == opened.row_cells("train", each.row)
            assert each.contribution == pytest.approx(each.alpha * each.label, rel=1e-12)
            assert each.prototype == voters.cells[voters.place_of[each.row]]


def test_what_a_prototype_says_is_the_mean_label_of_its_voters(numbers):
    with open_workspace(numbers) as opened:
        checkpoint = load(opened, "votes")
        predictor = checkpoint.ballot.predictor(checkpoint.config, checkpoint.target, np.float64)
        votes = predictor.votes(question_of(opened, "test", 3).vectors[None])
        labels = opened.labels("train")[predictor.voters.rows[votes.places[0]]]
    for share in explained(numbers).prototypes:
        own = votes.cells[0] == share.prototype
        weight = votes.alphas[0, own].sum()
        assert share.weight == pytest.approx(weight, abs=1e-12)
        if weight > 1e-12:
            assert share.examples_say == pytest.approx(votes.alphas[0, own] @ labels[own] / weight, rel=1e-9)


def test_the_heaviest_are_listed_and_some_of_each_heavy_prototype(numbers):
    report = explained(numbers, examples=4, first=2)
    alphas = [each.alpha for each in report.votes.listed]
    assert alphas == sorted(alphas, reverse=True)
    heavy = [share.prototype for share in report.prototypes[:2] if share.weight > 0.05]
    assert set(heavy) <= {each.prototype for each in report.votes.listed}
    assert 4 <= len(report.votes.listed) <= 4 + 2 * 2
    none = explained(numbers, examples=0)
    assert none.votes.listed == none.examples == ()
    assert none.votes.others.alpha == pytest.approx(1.0)


def test_an_explanation_says_what_predict_says(numbers, classes):
    (number,) = predict_split(numbers, "test", PredictRequest(name="votes")).predictions[3:4]
    assert explained(numbers).prediction == pytest.approx(number.prediction, abs=1e-4)
    (named,) = predict_split(classes, "test", PredictRequest(name="votes")).predictions[3:4]
    assert explained(classes).prediction == named.prediction


def test_what_was_expected_and_what_is_carried_is_said(numbers):
    report = explained(numbers)
    with open_workspace(numbers) as opened:
        measured = load(opened, "votes").measured
    assert report.carried == measured["carried"] == pytest.approx(1.0)
    assert report.score != report.prediction
    assert report.refused == {}


def test_what_it_hangs_on_is_what_it_would_be_without(numbers):
    told = explained(numbers, 17, move=0.2).counterfactual
    assert told.examples.reached == (abs(told.examples.move) >= 0.2 - 1e-9)
    assert explained(numbers, 17).counterfactual is None


@pytest.mark.parametrize("shown", [None, "class_1"])
def test_classes_add_up_by_prototype_and_by_example(classes, shown):
    report = explained(classes, class_name=shown)
    votes = report.votes
    assert max(report.completeness_gap.values()) <= 1e-9
    assert report.total == pytest.approx(report.probabilities[report.shown_class], abs=1e-12)
    listed = sum(each.contribution for each in votes.listed)
    assert listed + votes.others.contribution == pytest.approx(report.total, abs=1e-9)
    assert sum(each.alpha for each in votes.listed) + votes.others.alpha == pytest.approx(1.0, abs=1e-9)
    for each in votes.listed:
        assert each.contribution == pytest.approx(each.alpha * (each.label == report.shown_class), abs=1e-12)
