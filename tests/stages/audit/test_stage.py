"""Audits of stored models: the figures, what they stand beside, and what a model cannot be asked."""

import math

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import WorkspaceError
from prle.stages.audit import AuditRequest, LabelsRequest, audit, audit_labels
from prle.stages.edit import relabel
from prle.stages.fit.stage import fit
from prle.stages.predict.stage import predict_split
from tests.stages.conftest import QUICK

QUICKLY = {
    "lds_labels",
    "lds_rows",
    "lds_ledger",
    "deletion",
    "randomisation",
    "randomisation_sizes",
    "comprehensiveness",
    "sufficiency",
    "needed_80",
    "needed_95",
    "k_eff",
    "k_active",
    "purity",
    "anchor_error",
    "snap_distance",
    "expert_gain",
    "noise_suspicion",
    "noise_residual",
}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Draw less, so that an audit takes a moment."""
    for name, fewer in (
        ("material.QUERIES", 12),
        ("solved.DELETIONS", 4),
        ("solved.HALVES", 8),
        ("labels.DRAWS", 4),
        ("solved.INJECTIONS", 3),
    ):
        monkeypatch.setattr(f"prle.stages.audit.{name}", fewer)


@pytest.fixture(scope="module")
def report(fitted_once):
    with pytest.MonkeyPatch.context() as smaller:
        smaller.setattr("prle.stages.audit.material.QUERIES", 40)
        return audit(fitted_once, AuditRequest())


def test_a_quick_audit_has_every_measure_that_needs_no_fit(report):
    assert {measure.name for measure in report.measures} == QUICKLY
    assert set(report.refused) == {"whole fits on halves", "other seeds"}
    for measure in report.measures:
        assert math.isfinite(measure.value)
        assert measure.reference is not None
        if measure.interval is not None:
            low, high = measure.interval
            assert low - 1e-12 <= measure.value <= high + 1e-12


def test_attributions_are_exact_where_they_claim_to_be(report):
    measures = {measure.name: measure for measure in report.measures}
    assert measures["lds_labels"].value > 0.999
    assert measures["lds_labels"].finding == "holds"
    assert measures["lds_rows"].value > measures["lds_ledger"].value - 0.05
    assert measures["snap_distance"].value == 0.0
    assert "exact for labels" in report.verdict[0]


def test_the_curve_is_what_its_measure_sums_up(report):
    fall = next(measure for measure in report.measures if measure.name == "deletion")
    position = np.log(report.curve.counts)
    for curve, figure in ((report.curve.attributed, fall.value), (report.curve.random, fall.reference)):
        assert figure == pytest.approx(np.trapezoid(curve, position) / (position[-1] - position[0]))


def test_the_same_seed_gives_the_same_audit(fitted_once):
    one, other = (audit(fitted_once, AuditRequest(seed=3)) for _ in range(2))
    assert one.measures == other.measures
    assert one.measures != audit(fitted_once, AuditRequest(seed=4)).measures


def test_whole_fits_are_made_where_they_are_asked_for(workspace):
    fit(workspace, resolve(None, {**QUICK, "train.epochs": 1}))
    report = audit(workspace, AuditRequest(refits=3, seeds=2))
    assert {measure.name for measure in report.measures} == QUICKLY | {"lds_fit", "stability"}
    assert (report.refits, report.seeds, report.refused) == (3, 2, {})
    assert any("Another seed shows" in sentence for sentence in report.verdict)


def test_full_fits_to_wrong_and_to_shuffled_labels(workspace, monkeypatch):
    monkeypatch.setattr("prle.stages.audit.solved.NOISY_FITS", 1)
    fit(workspace, resolve(None, {**QUICK, "train.epochs": 1}))
    report = audit(workspace, AuditRequest(full=True, refits=3, seeds=2))
    meanings = {measure.name: measure.meaning for measure in report.measures}
    assert "the whole model fitted to them" in meanings["noise_suspicion"]
    assert "a model fitted to shuffled labels" in meanings["randomisation"]


def test_an_unsolved_model_is_audited_for_what_it_has(workspace):
    settings = {**QUICK, "train.epochs": 1, "experts.solver": "gradient"}
    fit(workspace, resolve(None, settings), name="other")
    report = audit(workspace, AuditRequest(name="other"))
    names = {measure.name for measure in report.measures}
    assert {"comprehensiveness", "purity", "snap_distance", "k_eff"} <= names
    assert not any(name.startswith(("lds", "deletion", "noise")) for name in names)
    for name in ("training examples", "gain over one expert", "wrong labels"):
        assert "fitted by gradient" in report.refused[name].reason
    with pytest.raises(WorkspaceError, match="fitted by gradient") as raised:
        audit_labels(workspace, LabelsRequest(name="other"))
    assert "--experts-solver ridge" in raised.value.hint


def test_a_committee_is_audited_as_one(workspace):
    fit(workspace, resolve(None, {**QUICK, "train.epochs": 1, "train.committee": 2}))
    report = audit(workspace, AuditRequest())
    assert report.members == 2
    assert next(each for each in report.measures if each.name == "lds_labels").value > 0.999


def test_one_prototype_has_nothing_to_be_chosen_from(workspace):
    fit(workspace, resolve(None, {**QUICK, "prototypes.count": 1, "train.epochs": 1}))
    report = audit(workspace, AuditRequest())
    names = {measure.name for measure in report.measures}
    assert report.refused["reliance on prototypes"].reason == "there is only one"
    assert "comprehensiveness" not in names
    assert "anchor_error" not in names
    assert {"needed_80", "purity"} <= names


def test_a_label_that_was_made_wrong_is_the_first_suspect(workspace, demo):
    best = audit_labels(workspace, LabelsRequest(top=300)).suspects[-1]
    wrong = 9.0
    relabel(workspace, best.row, wrong)
    found = audit_labels(workspace, LabelsRequest(top=3))
    suspect = found.suspects[0]
    assert (suspect.row, suspect.label, suspect.source_label) == (best.row, wrong, best.label)
    assert suspect.texts == demo.splits["train"].texts[best.row]
    assert suspect.suspicion == pytest.approx(abs(suspect.label - suspect.prediction) / found.spread)
    assert [each.source_label for each in found.suspects[1:]] == [None, None]
    scores = [each.suspicion for each in found.suspects]
    assert scores == sorted(scores, reverse=True)


def test_what_is_held_against_a_label_says_the_opposite_of_it(workspace):
    for suspect in audit_labels(workspace, LabelsRequest(top=5)).suspects:
        side = math.copysign(1.0, suspect.prediction - suspect.label)
        for other in suspect.contradicted_by:
            assert other.alpha > 0
            assert side * (other.label - suspect.label) > 0


def test_damage_is_what_a_refit_without_the_row_mends(workspace):
    predicted = predict_split(workspace, "validation").predictions
    for suspect in audit_labels(workspace, LabelsRequest(top=5)).suspects:
        assert suspect.damages
        for harmed in suspect.damages:
            row = predicted[harmed.row]
            assert (harmed.texts, harmed.label) == (row.texts, row.label)
            assert harmed.prediction == pytest.approx(row.prediction, abs=1e-5)
            mended = abs(harmed.prediction - harmed.label) - abs(harmed.without - harmed.label)
            assert harmed.worse_by == pytest.approx(mended)
            assert harmed.worse_by > 0
