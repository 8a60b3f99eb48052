"""Audits of stored models: the figures, what they stand beside, and what a model cannot be asked."""

import math
import shutil

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import UsageError
from prle.explanation.voting import ballots
from prle.metrics.numbers import rmse
from prle.models.labels.checkpoint import load
from prle.stages.audit import AuditRequest, LabelsRequest, audit, audit_labels
from prle.stages.common.judging import rows_of
from prle.stages.edit import relabel
from prle.stages.embed.source import embed_source
from prle.stages.fit.stage import fit
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace

FITTED = {"votes.voters": "examples", "votes.base": "linear", "prototypes.count": 6, "train.epochs": 2}
EXPERTS = {"votes.voters": "none", "prototypes.count": 6, "train.epochs": 1}
CARRYING = {"carried", "anchored", "told", "content", "voters_80"}
BY_PROTOTYPE = {"comprehensiveness", "sufficiency", "needed_80", "needed_95", "k_eff", "k_active", "purity"}
VOTING = {"deletion", "randomisation", "randomisation_sizes"}
QUICKLY = CARRYING | BY_PROTOTYPE | VOTING | {"anchor_error"}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Draw less, so that an audit takes a moment."""
    for name, fewer in (("material.QUERIES", 12), ("forms.SHUFFLES", 4), ("taking.DRAWS", 4), ("taking.NOISY_FITS", 2)):
        monkeypatch.setattr(f"prle.stages.audit.{name}", fewer)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A table of numbers and one of classes, each with a model."""
    found = {}
    for name in ("diabetes", "wine"):
        found[name] = tmp_path_factory.mktemp("audit") / f"{name}.h5"
        embed_source(found[name], name)
        fit(found[name], resolve(None, FITTED))
    return found


@pytest.fixture(params=["diabetes", "wine"])
def table(request, tables):
    return tables[request.param]


@pytest.fixture
def diabetes(tables, tmp_path):
    """A copy that a test may change."""
    return shutil.copy(tables["diabetes"], tmp_path / "prle.h5")


def test_a_quick_audit_has_every_measure_that_needs_no_fit(table):
    report = audit(table, AuditRequest())
    assert {measure.name for measure in report.measures} == QUICKLY
    assert set(report.refused) == {"whole fits on halves", "other seeds", "wrong labels"}
    for measure in report.measures:
        assert math.isfinite(measure.value)
        if measure.interval is not None:
            low, high = measure.interval
            assert low - 1e-12 <= measure.value <= high + 1e-12
    assert "Labels of training rows carry the predictions" in report.verdict[0]


def test_an_audit_promises_what_the_fit_measured(diabetes):
    fit(diabetes, resolve(None, {**FITTED, "votes.differs": "off"}))
    measures = {measure.name: measure.value for measure in audit(diabetes, AuditRequest()).measures}
    with open_workspace(diabetes) as opened:
        measured = load(opened, "default").measured
    assert {name: measures[name] for name in CARRYING} == pytest.approx({name: measured[name] for name in CARRYING})
    assert measures["carried"] == pytest.approx(1.0)


def test_the_curve_is_what_its_measure_sums_up(tables):
    report = audit(tables["diabetes"], AuditRequest())
    moved = next(measure for measure in report.measures if measure.name == "deletion")
    place = report.curve.counts.index(10)
    assert (report.curve.heaviest[place], report.curve.random[place]) == pytest.approx((moved.value, moved.reference))
    assert moved.unit == "label units"


def test_the_same_seed_gives_the_same_audit(tables):
    one, other = (audit(tables["wine"], AuditRequest(seed=3)) for _ in range(2))
    assert one.measures == other.measures
    assert one.measures != audit(tables["wine"], AuditRequest(seed=4)).measures


def test_full_fits_again_wherever_that_says_more(table):
    report = audit(table, AuditRequest(full=True, refits=3, seeds=2))
    measures = {measure.name: measure for measure in report.measures}
    added = {"lds_fit", "lds_ledger", "stability", "noise_suspicion", "noise_residual"}
    assert set(measures) == QUICKLY | added
    assert (report.refits, report.seeds, report.refused) == (3, 2, {})
    assert "a model fitted to shuffled labels" in measures["randomisation"].meaning
    assert "10 heaviest voters" in measures["stability"].meaning
    assert measures["noise_suspicion"].value > 0.6
    assert measures["noise_suspicion"].reference == measures["noise_residual"].value
    assert any("Another seed shows" in sentence for sentence in report.verdict)


def test_experts_are_audited_for_what_needs_no_voters(diabetes):
    fit(diabetes, resolve(None, {**EXPERTS, "train.committee": 2}), name="experts")
    report = audit(diabetes, AuditRequest(name="experts", full=True, refits=0, seeds=2))
    names = {measure.name for measure in report.measures}
    noise = {"noise_suspicion", "noise_residual"}
    assert names == CARRYING | BY_PROTOTYPE | noise | {"anchor_error", "snap_distance", "stability"}
    assert (report.members, report.curve) == (2, None)
    assert "experts speak" in report.refused["training examples"].reason
    assert next(each for each in report.measures if each.name == "snap_distance").value == 0.0
    with pytest.raises(UsageError, match="in model experts experts speak") as raised:
        audit_labels(diabetes, LabelsRequest(name="experts"))
    assert "--voters examples" in raised.value.hint


def test_a_router_that_decides_itself_leaves_no_votes_out(diabetes):
    fit(diabetes, resolve(None, {**FITTED, "router.kind": "attention"}), name="routed")
    report = audit(diabetes, AuditRequest(name="routed"))
    assert {measure.name for measure in report.measures} == QUICKLY - {"deletion"}
    assert (report.curve, "attention" in report.refused["votes left out"].reason) == (None, True)
    with pytest.raises(UsageError, match="expected router softmax") as raised:
        audit_labels(diabetes, LabelsRequest(name="routed"))
    assert "--router softmax" in raised.value.hint


def test_anchors_that_vote_alone_have_no_cells_to_be_typical_of(diabetes):
    fit(diabetes, resolve(None, {**FITTED, "votes.voters": "prototypes", "prototypes.count": 12}), name="few")
    report = audit(diabetes, AuditRequest(name="few"))
    assert {measure.name for measure in report.measures} == QUICKLY - {"anchor_error", "purity"}
    assert audit_labels(diabetes, LabelsRequest(name="few", top=100)).rows == 12


def test_one_prototype_has_nothing_to_be_chosen_from(diabetes):
    fit(diabetes, resolve(None, {**FITTED, "prototypes.count": 1}))
    report = audit(diabetes, AuditRequest())
    names = {measure.name for measure in report.measures}
    assert report.refused["reliance on prototypes"].reason == "there is only one"
    assert not {"comprehensiveness", "anchor_error"} & names
    assert {"needed_80", "purity"} <= names


def test_a_label_that_was_made_wrong_is_the_first_suspect(diabetes):
    best = audit_labels(diabetes, LabelsRequest(top=400)).suspects[-1]
    relabel(diabetes, best.row, 2000.0)
    found = audit_labels(diabetes, LabelsRequest(top=3))
    suspect = found.suspects[0]
    assert (suspect.row, suspect.label, suspect.source_label) == (best.row, 2000.0, best.label)
    assert suspect.texts == best.texts
    assert suspect.suspicion == pytest.approx(abs(suspect.label - suspect.prediction) / found.spread)
    assert [each.source_label for each in found.suspects[1:]] == [None, None]
    scores = [each.suspicion for each in found.suspects]
    assert scores == sorted(scores, reverse=True)


def test_what_contradicts_a_number_is_on_the_other_side(tables):
    for suspect in audit_labels(tables["diabetes"], LabelsRequest(top=5)).suspects:
        side = math.copysign(1.0, suspect.prediction - suspect.label)
        assert suspect.contradicted_by
        for other in suspect.contradicted_by:
            assert other.alpha > 0
            assert other.row != suspect.row
            assert side * (other.label - suspect.label) > 0


def test_what_contradicts_a_class_is_another_class(tables):
    report = audit_labels(tables["wine"], LabelsRequest(top=5))
    assert (report.target, report.spread, report.label_range) == ("multiclass", 1.0, (0.0, 1.0))
    for suspect in report.suspects:
        assert {suspect.label, suspect.prediction} <= {"class_0", "class_1", "class_2"}
        assert 0.0 <= suspect.suspicion <= 1.0
        alphas = [other.alpha for other in suspect.contradicted_by]
        assert alphas == sorted(alphas, reverse=True)
        assert suspect.label not in {other.label for other in suspect.contradicted_by}


def test_damage_is_what_votes_without_the_row_mend(diabetes):
    fit(diabetes, resolve(None, {**FITTED, "votes.differs": "off"}))
    predicted = predict_split(diabetes, "validation").predictions
    harms = 0
    for suspect in audit_labels(diabetes, LabelsRequest(top=5)).suspects:
        for harmed in suspect.damages:
            row = predicted[harmed.row]
            assert (harmed.texts, harmed.label) == (row.texts, row.label)
            assert harmed.prediction == pytest.approx(row.prediction, abs=1e-3)
            mended = abs(harmed.prediction - harmed.label) - abs(harmed.without - harmed.label)
            assert harmed.worse_by == pytest.approx(mended)
            assert harmed.worse_by > 0
            assert not np.isclose(harmed.without, harmed.prediction)
            harms += 1
    assert harms


def test_the_change_of_the_validation_error_is_of_all_rows(tables):
    suspects = audit_labels(tables["diabetes"], LabelsRequest(top=3)).suspects
    with open_workspace(tables["diabetes"]) as opened:
        predictor = load(opened, "default").predictor(precision=np.float64)
        rows = rows_of(opened, "validation", "testing")
    for suspect in suspects:
        left_out = [np.empty(0, np.int64), np.array([suspect.row])]
        now, then = (np.array([ballots(predictor, each).without(gone) for each in rows.sentences]) for gone in left_out)
        errors = [rmse(rows.labels, predictor.target.additive(said)) for said in (now, then)]
        assert suspect.validation_change == pytest.approx(errors[0] - errors[1], abs=1e-9)
