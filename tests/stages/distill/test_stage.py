"""Students of numbers, classes and texts: taught, stored, asked, compared, exported, and refused where they must be."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import UsageError, WorkspaceError
from prle.models.students.teaching.distilling import DistillSettings
from prle.models.students.teaching.sizes import RANKS
from prle.stages.audit import AuditRequest, audit
from prle.stages.bench import BenchRequest, bench
from prle.stages.bench.importance import verdict_of
from prle.stages.bench.interface import ImportanceRow
from prle.stages.distill.interface import DistillRequest
from prle.stages.distill.stage import distill
from prle.stages.edit import drop
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row
from prle.stages.export.stage import export
from prle.stages.fit.stage import fit
from prle.stages.info import RegimesRequest, find_regimes, info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split, predict_texts
from prle.workspace import open_workspace
from tests.stages.test_classes import SPEAK, fitted_pets  # noqa: F401
from tests.stages.test_texts import QUICK, fitted_manual  # noqa: F401

STRATEGIES = ("projection", "routing-only", "two-stage")


def request(name="default", size=8, student_name="small", **settings):
    chosen = DistillSettings(**{"epochs": 3, "heads": 2, "layers": 1, **settings})
    return DistillRequest(settings=chosen, name=name, student_name=student_name, size=size)


@pytest.fixture
def pets(fitted_pets, tmp_path) -> Path:  # noqa: F811
    return Path(shutil.copy(fitted_pets, tmp_path / "pets.h5"))


@pytest.fixture
def manual(fitted_manual, tmp_path) -> Path:  # noqa: F811
    return Path(shutil.copy(fitted_manual, tmp_path / "manual.h5"))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_numbers_every_strategy_is_stored_and_answers_as_it_was_measured(workspace, tmp_path, strategy):
    report = distill(workspace, request(strategy=strategy))
    assert (report.target, report.teacher, report.student) == ("number", "default", "mlp")
    assert set(report.errors) == {"projection": {"output"}, "routing-only": {"routing"}}.get(
        strategy, {"output", "routing"}
    )
    assert min(report.errors[next(iter(report.errors))]) <= report.errors[next(iter(report.errors))][0]
    said = predict_split(workspace, "validation", PredictRequest(name="small", level=0.5)).predictions
    gap = np.sqrt(np.mean([(each.prediction - each.label) ** 2 for each in said]))
    assert gap == pytest.approx(report.validation_rmse, rel=1e-5)
    assert all(each.interval[0] < each.prediction < each.interval[1] for each in said)
    assert export(workspace, tmp_path / strategy, name="small").largest_difference < 1e-4


@pytest.mark.parametrize("student", ["linear", "mlp", "transformer"])
def test_numbers_agree_with_the_teacher_far_better_than_its_mean_does(workspace, student):
    chosen = request(form=student, size=48, epochs=8).settings
    report = distill(workspace, DistillRequest(settings=chosen, size=48))
    assert report.model == f"default-{student}"
    assert report.chosen.agreement["relative_error"] < 0.5
    assert report.chosen.agreement["pearson"] > 0.7


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_classes_have_probabilities(pets, tmp_path, strategy):
    fit(pets, resolve(None, SPEAK))
    report = distill(pets, request(strategy=strategy, temperature=2.0))
    assert report.target == "class"
    for each in predict_split(pets, "test", PredictRequest(name="small")).predictions:
        assert sum(each.probabilities.values()) == pytest.approx(1.0, abs=1e-5)
    assert report.chosen.agreement["same_class"] > 0.7
    assert export(pets, tmp_path / strategy, name="small").largest_difference < 1e-4


@pytest.mark.parametrize("strategy", ["projection", "two-stage"])
def test_a_committee_that_sums_logits_can_be_a_teacher(pets, strategy):
    report = distill(pets, request("logits", strategy=strategy))
    assert report.chosen.agreement["same_class"] > 0.7
    with pytest.raises(UsageError, match="expected a model of one member, got 2"):
        distill(pets, request("logits", strategy="routing-only"))


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", ["default", "group", "exemplar"])
def test_texts_of_every_kind_of_teacher(manual, tmp_path, name, strategy):
    report = distill(manual, request(name, strategy=strategy, group_embedding="id-hash"))
    assert report.target == "text"
    assert report.group_embedding == ("id-hash" if name == "group" else "")
    assert report.chosen.agreement["cosine"] > report.chosen.agreement["identity_cosine"]
    places = [each.place for each in predict_split(manual, "validation", PredictRequest(name="small")).predictions]
    assert np.mean(np.array(places) == 1) == pytest.approx(report.validation_recall_at_1)
    assert export(manual, tmp_path / "out", name="small").largest_difference < 1e-5


def test_a_student_is_told_the_group(manual):
    distill(manual, request("group", group_embedding="title", epochs=6))
    row = [("how do I turn on my kettle number 1",)]
    asked = [
        predict_texts(manual, row, PredictRequest(name="small", group=group)).predictions[0].score
        for group in ("start", "stop", "none of them")
    ]
    assert len({round(score, 4) for score in asked}) == 3


def test_a_path_has_a_title_and_levels(manual):
    held = {"answers.matrices": "cluster_ridge", "scores.guard": False, "answers.routing": "path"}
    fit(manual, resolve(None, {**QUICK, **held}), name="path")
    found = [distill(manual, request("path", group_embedding=kind)) for kind in ("title", "path")]
    assert [report.group_embedding for report in found] == ["title", "path"]
    assert found[0].errors != found[1].errors


def test_factored_experts_are_a_routed_model_that_explains_itself(manual, tmp_path):
    report = distill(manual, request("group", form="factored", size=30))
    assert report.chosen.agreement["relative_error"] < 1e-6
    fewer = distill(manual, request("group", form="factored", size=1, student_name="fewer"))
    assert fewer.chosen.parameters < report.chosen.parameters
    assert explain_row(manual, "test", 0, ExplainRequest(name="fewer")).prototypes
    assert export(manual, tmp_path / "out", name="fewer").largest_difference < 1e-5


def test_auto_tries_few_ranks_of_factored_experts(manual):
    report = distill(manual, request("group", form="factored", size=None))
    assert tuple(trial.size for trial in report.trials) == RANKS


def test_factored_experts_need_matrices(workspace):
    with pytest.raises(UsageError, match=r"--student factored: expected labels that are texts; .* are numbers"):
        distill(workspace, request(form="factored"))


def test_factored_experts_are_taught_nothing(manual):
    with pytest.raises(UsageError, match="expected no other strategy than projection, got two-stage"):
        distill(manual, request("group", form="factored", strategy="two-stage"))


def test_auto_shows_every_size_and_takes_one(workspace):
    report = distill(workspace, request(size=None, form="linear", epochs=1))
    assert tuple(trial.size for trial in report.trials) == (8, 16, 32, 64)
    assert report.size in (8, 16, 32, 64)
    assert "smallest" in report.reason
    with open_workspace(workspace) as opened:
        assert opened.summary("small")["parameters"] == report.chosen.parameters


def test_the_same_seed_gives_the_same_student(workspace):
    arrays = []
    for _ in range(2):
        distill(workspace, request())
        with open_workspace(workspace) as opened:
            arrays.append(opened.model("small").arrays)
    assert all(np.array_equal(arrays[0][name], arrays[1][name]) for name in arrays[0])


def test_info_and_bench_know_students(workspace):
    distill(workspace, request())
    summary = {model.name: model for model in info(workspace).models}["small"]
    assert (summary.teacher, summary.strategy, summary.prototypes) == ("default", "projection", 0)
    rows = bench(workspace, BenchRequest(only=("prle:small", "mean"))).rows
    assert [row.name for row in rows] == ["prle:small", "mean"]
    assert rows[0].pearson > 0.3


def test_bench_ranks_with_students_too(manual):
    distill(manual, request("group"))
    rows = bench(manual, BenchRequest(only=("prle:small", "raw vector"))).rows
    assert [row.name for row in rows] == ["prle:small", "raw vector"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda workspace: audit(workspace, AuditRequest(name="small")),
        lambda workspace: drop(workspace, 0, name="small"),
        lambda workspace: find_regimes(workspace, RegimesRequest(name="small")),
        lambda workspace: distill(workspace, request("small", student_name="smaller")),
        lambda workspace: explain_row(workspace, "test", 0, ExplainRequest(name="small")),
    ],
)
def test_everything_else_refuses_a_student_by_name(workspace, ask):
    distill(workspace, request())
    with pytest.raises(UsageError, match=r"small.*is a student of default"):
        ask(workspace)


def test_the_teacher_is_found_and_only_as_it_was(workspace):
    distill(workspace, request())
    asked = ExplainRequest(name="small", teacher=True)
    found = explain_row(workspace, "test", 0, asked)
    assert found.prototypes == explain_row(workspace, "test", 0).prototypes
    fit(workspace, resolve(None, {"prototypes.count": 5, "train.epochs": 1}))
    with pytest.raises(WorkspaceError, match="was changed or removed"):
        explain_row(workspace, "test", 0, asked)


def test_the_card_of_a_student_has_its_interval_and_no_texts(workspace, tmp_path):
    distill(workspace, request())
    export(workspace, tmp_path / "out", name="small")
    card = json.loads((tmp_path / "out" / "model.json").read_text())
    assert len(card["half_widths"]) == 1
    assert card["anchors"] == []
    assert "of default" in card["made_of"]["student"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [({"form": "mpl"}, "--student"), ({"strategy": "route"}, "--strategy"), ({"importance": "x"}, "--importance")],
)
def test_names_that_mean_nothing_are_refused(workspace, wrong, word):
    with pytest.raises(UsageError, match=word):
        distill(workspace, request(**wrong))


def test_what_says_nothing_to_a_student_of_numbers_is_refused(workspace):
    with pytest.raises(UsageError, match="distill --temperature: expected labels that are classes"):
        distill(workspace, request(temperature=2.0))
    with pytest.raises(UsageError, match="distill --group-embedding: expected labels that are texts"):
        distill(workspace, request(group_embedding="path"))


def test_a_name_that_cannot_be_stored_is_refused_before_anything_is_taught(workspace, monkeypatch):
    monkeypatch.setattr("prle.stages.distill.stage.Distiller", None)
    with pytest.raises(UsageError, match=r"expected 1 to 64 letters.*got 'a/b'"):
        distill(workspace, request(student_name="a/b"))


def test_a_student_cannot_take_the_place_of_its_teacher(workspace):
    with pytest.raises(UsageError, match="another name"):
        distill(workspace, request(student_name="default"))


@pytest.mark.parametrize("importance", ["entropy", "fisher", "uncertainty", "combined"])
def test_rows_may_count_for_more(workspace, pets, manual, importance):
    for where, name in ((workspace, "default"), (pets, "logits"), (manual, "exemplar")):
        plain = distill(where, request(name, epochs=1))
        weighed = distill(where, request(name, epochs=1, importance=importance))
        assert weighed.importance == importance
        assert weighed.uncertainty == ("norm" if importance in ("uncertainty", "combined") else "")
        # Hashed vectors have length one and no dropout: they say nothing of how sure anybody is.
        if importance == "uncertainty":
            np.testing.assert_allclose(weighed.errors["output"], plain.errors["output"], rtol=1e-4)
        else:
            assert weighed.errors != plain.errors


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"importance": "uncertainty", "uncertainty": "mask"}, "--uncertainty: .*mask"),
        ({"importance": "uncertainty", "uncertainty": "masked"}, "expected an encoder with a head for masked tokens"),
        ({"importance": "fisher", "uncertainty": "norm"}, "expected --importance uncertainty or combined, got fisher"),
    ],
)
def test_a_measure_of_uncertainty_has_to_be_there_and_to_matter(workspace, wrong, word):
    with pytest.raises(UsageError, match=word):
        distill(workspace, request(**wrong))


def test_ways_to_weigh_rows_are_compared_over_seeds(workspace):
    students = DistillSettings(form="linear", epochs=1, size=8)
    report = bench(workspace, BenchRequest(importance="fisher", seeds=2, student=students))
    assert [row.name for row in report.rows] == ["uniform", "fisher"]
    assert report.rows[0].difference is None
    assert report.rows[1].difference == pytest.approx(report.rows[1].score - report.rows[0].score)
    with open_workspace(workspace) as opened:
        assert opened.model_names == ("default",)


def test_the_verdict_says_when_nothing_differs():
    level = ImportanceRow(
        name="fisher", score=0.5, score_sd=0.1, relative_error=0.1, relative_error_sd=0.0, difference=0.01, noise=0.02
    )
    assert verdict_of((level,), 3).startswith("Nothing differs")
    ahead = replace(level, difference=0.03)
    assert "fisher helps; nothing else does" in verdict_of((level, ahead), 3)


@pytest.mark.parametrize(("asked", "word"), [({"importance": "fish"}, "--importance"), ({"seeds": 1}, "2 seeds")])
def test_comparisons_that_mean_nothing_are_refused(workspace, asked, word):
    with pytest.raises(UsageError, match=word):
        bench(workspace, BenchRequest(**{"importance": "all", **asked}))
