"""The whole job on classes: embed, fit, predict, explain, regimes and bench, on texts whose words give them away."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from prle.baselines import CLASSIFIERS, boosting_classifier, mlp_classifier, network, random_forest
from prle.config import resolve
from prle.data.interface import Dataset, Split
from prle.encoders import load_encoder
from prle.errors import UsageError
from prle.observer import SILENT
from prle.stages.audit import AuditRequest, LabelsRequest, audit, audit_labels
from prle.stages.bench import BenchRequest, bench
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row, explain_texts
from prle.stages.fit.search import search
from prle.stages.fit.stage import fit
from prle.stages.info import RegimesRequest, find_regimes, info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split, predict_texts
from prle.stages.suggest import suggest
from prle.workspace import open_workspace

CLASSES = ("cat", "dog", "fish")
WORDS = {
    "cat": ("purrs", "meows", "scratches", "climbs"),
    "dog": ("barks", "fetches", "wags", "digs"),
    "fish": ("swims", "bubbles", "dives", "floats"),
}
FILLER = ("today", "again", "slowly", "outside", "at night", "in the house", "with joy", "for hours")
QUICK = {
    "prototypes.count": 6,
    "train.epochs": 4,
    "value_space.dim": 8,
    "train.learning_rate": 3e-3,
    "train.expert_learning_rate": 3e-3,
}
SPEAK = {**QUICK, "votes.voters": "none"}


def pets(rows: int, seed: int, *, classes: tuple[str, ...] = CLASSES) -> Split:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, len(classes), size=rows)
    texts = []
    for row, code in enumerate(codes):
        # Every tenth row is told by the words of another class, so that nobody can be right about everything.
        told = code if rng.uniform() > 0.1 else rng.integers(0, len(classes))
        word, filler = rng.choice(WORDS[classes[told]]), rng.choice(FILLER)
        texts.append((f"it {word} {filler} {rng.choice(FILLER)} {row % 7}",))
    return Split(texts=tuple(texts), labels=codes.astype(float))


def dataset(classes: tuple[str, ...] = CLASSES) -> Dataset:
    splits = {
        "train": pets(240, 1, classes=classes),
        "validation": pets(80, 2, classes=classes),
        "test": pets(80, 3, classes=classes),
    }
    return Dataset(
        name="pets", fields=("text",), label="kind", origin="made here", splits=splits, synthetic=True, classes=classes
    )


@pytest.fixture(scope="session")
def fitted_pets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = tmp_path_factory.mktemp("pets") / "prle.h5"
    embed(EmbedRequest(workspace=workspace), dataset(), load_encoder("hashing:64"))
    fit(workspace, resolve(None, QUICK))
    fit(workspace, resolve(None, {**SPEAK, "experts.combine": "logits", "train.committee": 2}), name="logits")
    return workspace


@pytest.fixture
def workspace(fitted_pets: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(fitted_pets, tmp_path / "prle.h5"))


class Listener:
    def __init__(self):
        self.warnings = []

    def note(self, message): ...
    def progress(self, task, done, total, unit): ...
    def epoch(self, record): ...

    def warn(self, message):
        self.warnings.append(message)


def test_the_workspace_knows_the_names(workspace):
    report = info(workspace)
    assert report.classes == CLASSES
    assert {model.name: model.of_classes for model in report.models} == {"default": True, "logits": True}
    assert report.models[0].validation_pearson is None


def test_other_names_for_the_same_codes_make_a_model_stale(workspace):
    renamed = replace(dataset(), classes=("Katze", "Hund", "Fisch"))
    embed(EmbedRequest(workspace=workspace), renamed, load_encoder("hashing:64"))
    with open_workspace(workspace) as opened:
        assert "the data have changed" in opened.stale("default")


def test_fit_reports_classes(workspace):
    report = fit(workspace, resolve(None, SPEAK))
    assert report.target == "multiclass"
    assert report.validation["accuracy"] == report.validation_accuracy > 0.8 > report.majority_rate
    assert report.validation["log_loss"] == report.validation_log_loss
    assert report.validation_rmse is report.prior_validation_pearson is None
    assert set(report.validation) == {"accuracy", "auc", "log_loss", "brier", "calibration_error", "macro_f1"}
    best = min(record.validation_log_loss for record in report.history)
    np.testing.assert_allclose(report.validation_log_loss, best, rtol=1e-5)


@pytest.mark.parametrize("name", ["default", "logits"])
def test_predictions_are_names_with_probabilities(workspace, name):
    report = predict_split(workspace, "test", PredictRequest(name=name))
    assert report.classes == CLASSES
    for prediction in report.predictions:
        assert list(prediction.probabilities) == list(CLASSES)
        np.testing.assert_allclose(sum(prediction.probabilities.values()), 1.0, rtol=1e-5)
        assert prediction.probability == max(prediction.probabilities.values())
        assert prediction.probabilities[prediction.prediction] == prediction.probability
    right = np.mean([each.prediction == each.label for each in report.predictions])
    assert right > 0.8


def test_new_texts_get_a_class(workspace):
    report = predict_texts(workspace, [("it barks outside",), ("it swims again",)])
    assert [each.prediction for each in report.predictions] == ["dog", "fish"]
    assert report.predictions[0].label is report.predictions[0].row is None


@pytest.mark.parametrize(("name", "space"), [("default", "probabilities"), ("logits", "logits")])
@pytest.mark.parametrize("shown", [None, "fish"])
def test_contributions_add_up_in_the_space_that_is_named(workspace, name, space, shown):
    report = explain_texts(workspace, ("it barks outside",), ExplainRequest(name=name, class_name=shown))
    assert (report.prediction, report.shown_class, report.space) == ("dog", shown or "dog", space)
    parts = [share.contribution for share in report.prototypes]
    np.testing.assert_allclose(sum(parts), report.total, rtol=1e-9)
    assert report.completeness_gap["prototypes"] <= 1e-6
    np.testing.assert_allclose(sum(share.weight for share in report.prototypes), 1.0)
    if space == "probabilities":
        np.testing.assert_allclose(report.total, report.probabilities[report.shown_class])
    else:
        totals = [
            explain_texts(workspace, ("it barks outside",), ExplainRequest(name=name, class_name=each)).total
            for each in CLASSES
        ]
        raised = np.exp(np.array(totals) - max(totals))
        np.testing.assert_allclose(raised / raised.sum(), list(report.probabilities.values()), rtol=1e-9)
    assert {share.anchor.label for share in report.prototypes} <= set(CLASSES)


def test_a_row_is_explained_with_its_class(workspace):
    report = explain_row(workspace, "test", 3)
    with open_workspace(workspace) as opened:
        assert report.label == CLASSES[int(opened.labels("test")[3])]
    assert len(report.examples) == 5
    np.testing.assert_allclose(report.probability, predict_split(workspace, "test").predictions[3].probability, 1e-4)


def test_a_class_that_there_is_not_is_refused(workspace):
    with pytest.raises(UsageError, match=r"--class dgo: expected one of 3 classes \(cat, dog, fish\)") as caught:
        explain_texts(workspace, ("it barks outside",), ExplainRequest(class_name="dgo"))
    assert caught.value.hint == "did you mean dog?"


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"experts.solver": "ridge"}, "solver ridge: expected labels that are numbers"),
        ({"experts.init": "meta_svr"}, "expert init meta_svr: expected a start for classes"),
        ({"experts.combine": "outputs"}, "expected probabilities or logits for classes, got outputs"),
        ({"prototypes.count": "auto"}, "--prototypes auto: expected labels that are numbers"),
    ],
)
def test_what_only_numbers_have_is_refused(workspace, overrides, message):
    with pytest.raises(UsageError, match=message):
        fit(workspace, resolve(None, {**QUICK, **overrides}))


def test_no_count_is_suggested(workspace):
    with pytest.raises(UsageError, match=r"suggest: expected labels that are numbers; those of .* are classes"):
        suggest(workspace, resolve(None, {}))


def test_pruning_is_reported(workspace):
    report = fit(workspace, resolve(None, {**SPEAK, "prototypes.count": 20, "prototypes.prune": 0.05}))
    assert report.prototypes == 20 - report.pruned < 20
    assert 0.0 <= report.prune_change <= report.prune_tolerance == 0.05
    assert len(explain_row(workspace, "test", 0).prototypes) == report.prototypes
    assert fit(workspace, resolve(None, SPEAK)).prune_tolerance is None


def test_one_prototype_that_holds_everything_is_worth_a_warning(workspace, monkeypatch):
    listener = Listener()
    fit(workspace, resolve(None, QUICK), observer=listener)
    assert listener.warnings == []
    monkeypatch.setattr("prle.stages.fit.labels.ALONE", 0.2)
    fit(workspace, resolve(None, QUICK), observer=listener)
    assert len(listener.warnings) == 1
    assert re.match(r"one of 6 prototypes holds \d\d% of the weight", listener.warnings[0])


def test_no_better_than_the_most_frequent_class_is_worth_a_warning(workspace):
    listener = Listener()
    fit(workspace, resolve(None, {**SPEAK, "experts.init": "random", "train.epochs": 0}), observer=listener)
    assert any("is no more than that of always saying the most frequent class" in said for said in listener.warnings)


def test_search_goes_by_log_loss(workspace):
    report = search(workspace, resolve(None, {**QUICK, "train.epochs": 2}), trials=2, observer=SILENT)
    assert all(trial.of_classes for trial in report.trials)
    assert report.validation_log_loss <= min(trial.error for trial in report.trials if trial.epochs == 2) + 1e-6


def test_regimes_of_classes(workspace):
    report = find_regimes(workspace, RegimesRequest(seeds=2))
    assert [each.split for each in report.occupations] == ["train", "validation", "test"]
    np.testing.assert_allclose(sum(regime.share for regime in report.regimes), 1.0, rtol=1e-6)
    assert sum(regime.rows for regime in report.regimes) == 80
    first = report.regimes[0]
    assert first.share == max(regime.share for regime in report.regimes)
    np.testing.assert_allclose(sum(first.label_classes.values()), 1.0)
    np.testing.assert_allclose(sum(first.predicted_classes.values()), 1.0, rtol=1e-5)
    assert first.prediction is None
    assert 0.0 <= first.error <= 1.0
    assert {row.split for row in first.typical} == {"validation"}
    assert [each.seed for each in report.seeds] == [0, 1]
    assert len(report.agreement) == 1
    with pytest.raises(UsageError, match="expected at least 2"):
        find_regimes(workspace, RegimesRequest(seeds=1))


def test_bench_compares_classes_by_accuracy(workspace, monkeypatch):
    monkeypatch.setattr(boosting_classifier, "_TREES", 30)
    monkeypatch.setattr(random_forest, "_TREES", 20)
    monkeypatch.setattr(mlp_classifier, "_SETTINGS", mlp_classifier._SETTINGS[:1])
    monkeypatch.setattr(network, "EPOCHS", 10)
    everywhere = [name for name, kind in CLASSIFIERS.items() if not kind.package]
    report = bench(workspace, BenchRequest(only=["prle:default", *everywhere], ablations=True))
    rows = {row.name: row for row in report.rows}
    assert set(everywhere) < set(rows)
    assert report.target == "multiclass"
    for row in report.rows:
        assert row.pearson is row.rmse is None
        assert 0.0 <= row.accuracy <= 1.0
        assert row.log_loss > 0.0
    assert rows["logistic_regression"].accuracy > rows["majority"].accuracy
    assert "prle:default (random anchors)" in rows
    assert "accuracy" in report.verdict
    difference = rows["prle:default"].difference
    np.testing.assert_allclose(difference[0], rows["prle:default"].accuracy - rows[report.best_baseline].accuracy)


def test_two_classes_are_binary(tmp_path):
    workspace = tmp_path / "two.h5"
    embed(EmbedRequest(workspace=workspace), dataset(CLASSES[:2]), load_encoder("hashing:64"))
    report = fit(workspace, resolve(None, {**QUICK, "experts.kind": "constant", "router.kind": "attention"}))
    assert report.target == "binary"
    assert report.validation_accuracy > 0.7


@pytest.mark.parametrize(("combined", "unit"), [("probabilities", "probability"), ("logits", "logits")])
def test_an_audit_measures_what_experts_of_classes_have(workspace, combined, unit):
    fit(workspace, resolve(None, {**SPEAK, "experts.combine": combined}), name="experts")
    report = audit(workspace, AuditRequest(seeds=2, name="experts"))
    measures = {each.name: each for each in report.measures}
    without_fits = {"comprehensiveness", "sufficiency", "needed_80", "needed_95", "k_eff", "k_active", "purity"}
    carrying = {"carried", "anchored", "told", "content", "voters_80"}
    assert set(measures) == without_fits | carrying | {"anchor_error", "snap_distance", "stability"}
    assert (report.target, report.label_range, report.curve) == ("multiclass", (0.0, 1.0), None)
    assert measures["comprehensiveness"].unit == measures["sufficiency"].unit == unit
    assert 0.0 <= measures["purity"].value < measures["purity"].reference
    assert 0.0 <= measures["anchor_error"].value <= np.sqrt(2.0)
    assert set(report.refused) == {"training examples", "wrong labels"}
    assert "`prle audit --full`" in report.refused["wrong labels"].hint
    assert any("of the Gini impurity is left" in sentence for sentence in report.verdict)


def test_a_full_audit_finds_wrong_labels_by_fitting_to_them(workspace, monkeypatch):
    monkeypatch.setattr("prle.stages.audit.taking.NOISY_FITS", 2)
    report = audit(workspace, AuditRequest(full=True, seeds=0))
    measures = {each.name: each for each in report.measures}
    for name in ("noise_suspicion", "noise_residual"):
        assert 0.7 < measures[name].value <= 1.0
    assert measures["noise_suspicion"].reference == measures["noise_residual"].value
    assert "logistic regression from other folds" in measures["noise_residual"].meaning
    assert "wrong labels" not in report.refused


def test_an_audit_of_labels_is_refused_where_experts_speak(workspace):
    with pytest.raises(UsageError, match=r"^audit --labels: expected a model in which labels vote; in model logits"):
        audit_labels(workspace, LabelsRequest(name="logits"))
