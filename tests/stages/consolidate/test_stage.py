"""Fewer prototypes from a fitted model, of numbers, of classes and of texts; the original keeps its bytes."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from prle.config import resolve
from prle.encoders import load_encoder
from prle.errors import UsageError, WorkspaceError
from prle.models.labels.checkpoint import load
from prle.models.texts.checkpoint import restore_answers
from prle.stages.bench import BenchRequest, bench
from prle.stages.consolidate.interface import ConsolidateRequest
from prle.stages.consolidate.stage import consolidate
from prle.stages.edit import relabel
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row
from prle.stages.export.stage import export
from prle.stages.fit.stage import fit
from prle.stages.info import info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace
from tests.stages import test_classes, test_texts
from tests.stages.voting import votes_once, voting_numbers  # noqa: F401

CLUSTERS = {
    **test_texts.QUICK,
    "answers.matrices": "cluster_ridge",
    "answers.routing": "federated",
    "prototypes.count": 8,
    "scores.guard": False,
    "answers.speakers": 4,
    "scores.lexical": 0.0,
}


@pytest.fixture(scope="session")
def fitted_classes(tmp_path_factory):
    path = tmp_path_factory.mktemp("classes") / "prle.h5"
    embed(EmbedRequest(workspace=path), test_classes.dataset(), load_encoder("hashing:64"))
    fit(path, resolve(None, {"prototypes.count": 6, "train.epochs": 2}))
    return path


@pytest.fixture(scope="session")
def fitted_texts(tmp_path_factory):
    path = tmp_path_factory.mktemp("texts") / "prle.h5"
    embed(EmbedRequest(workspace=path), test_texts.dataset(), load_encoder("hashing:64"))
    fit(path, resolve(None, CLUSTERS))
    return path


@pytest.fixture
def of_classes(fitted_classes, tmp_path):
    return shutil.copy(fitted_classes, tmp_path / "classes.h5")


@pytest.fixture
def of_texts(fitted_texts, tmp_path):
    return shutil.copy(fitted_texts, tmp_path / "texts.h5")


@pytest.fixture(params=["number", "classes", "texts"])
def any_workspace(request, tmp_path):
    """A workspace of one kind of target, whose default model has six or eight prototypes."""
    source = request.getfixturevalue(
        {"number": "fitted_once", "classes": "fitted_classes", "texts": "fitted_texts"}[request.param]
    )
    return shutil.copy(source, tmp_path / "any.h5")


def seal(path, name="default"):
    with open_workspace(path) as opened:
        return opened.seal(name)


def said(path, name):
    return [each.prediction for each in predict_split(path, "test", PredictRequest(name=name)).predictions]


@pytest.mark.parametrize("grouping", ["kmeans", "hierarchical", "circle"])
def test_a_model_of_fewer_prototypes_stands_beside_the_original(any_workspace, grouping):
    before, answers = seal(any_workspace), said(any_workspace, "default")
    report = consolidate(any_workspace, ConsolidateRequest(to=3, grouping=grouping))
    assert (seal(any_workspace), said(any_workspace, "default")) == (before, answers)
    left = report.after.prototypes
    assert (report.model, report.source) == (f"default-{left}", "default")
    assert left == len(report.groups) <= 3 < report.before.prototypes
    members = [member for group in report.groups for member in group.members]
    assert sorted(members) == list(range(report.before.prototypes))
    assert sum(group.share for group in report.groups) == pytest.approx(1.0)
    assert report.after.top_1 >= report.before.top_1 - 1e-6
    named = {model.name: model for model in info(any_workspace).models}
    assert named[report.model].prototypes == left
    assert len(said(any_workspace, report.model)) == len(answers)
    explained = explain_row(any_workspace, "test", 1, ExplainRequest(name=report.model))
    assert {share.anchor.row for share in explained.prototypes} <= {group.row for group in report.groups}


def test_what_it_costs_is_what_the_models_say(workspace):
    report = consolidate(workspace, ConsolidateRequest(to=3))
    quality = {each.name: each for each in report.qualities}
    stored = {model.name: model for model in info(workspace).models}
    assert quality["rmse"].before == pytest.approx(stored["default"].validation_rmse)
    assert quality["rmse"].after == pytest.approx(stored["default-3"].validation_rmse)
    point, low, high = quality["rmse"].difference
    assert low <= point <= high
    assert point == pytest.approx(quality["rmse"].after - quality["rmse"].before)
    first, second = (
        np.array([each.prediction for each in predict_split(workspace, "validation", request).predictions])
        for request in (PredictRequest(), PredictRequest(name="default-3"))
    )
    assert report.likeness == pytest.approx(np.abs(first - second).mean(), rel=1e-4)


def test_retraining_costs_no_more_than_the_mean(workspace):
    mean = consolidate(workspace, ConsolidateRequest(to=2, stored_as="mean"))
    anew = consolidate(workspace, ConsolidateRequest(to=2, merging="retrain", stored_as="anew"))
    assert anew.groups == mean.groups
    rmse = [next(each.after for each in report.qualities if each.name == "rmse") for report in (mean, anew)]
    assert rmse[1] <= rmse[0] + 1e-6


def test_labels_that_a_model_was_told_go_with_it(voting_numbers):  # noqa: F811
    relabel(voting_numbers, 4, 0.25)
    consolidate(voting_numbers, ConsolidateRequest(to=3))
    with open_workspace(voting_numbers) as opened:
        after = load(opened, "default-3")
    assert after.relabelled == {4: 0.25}
    assert after.ballot.voters.labels[after.ballot.voters.place_of[4]] == 0.25


def test_one_prototype_is_left_of_all(any_workspace):
    report = consolidate(any_workspace, ConsolidateRequest(to=1))
    assert (report.after.top_1, report.after.nearly_all) == (pytest.approx(1.0), 1.0)


def test_classes_are_kept_by_most_rows(of_classes):
    report = consolidate(of_classes, ConsolidateRequest(to=4))
    assert {each.name for each in report.qualities} == {"accuracy", "log_loss"}
    assert report.likeness_name == "same_class"
    assert report.likeness > 0.8
    with pytest.raises(UsageError, match="low_rank: expected labels that are texts"):
        consolidate(of_classes, ConsolidateRequest(to=4, merging="low_rank"))


def test_experts_that_have_no_mean_are_fitted_anew(workspace):
    settings = {"prototypes.count": 4, "train.epochs": 1, "experts.kind": "mlp", "votes.voters": "none"}
    fit(workspace, resolve(None, settings), name="mlp")
    with pytest.raises(UsageError, match="mean of two mlp experts") as refusal:
        consolidate(workspace, ConsolidateRequest(name="mlp", to=2))
    assert "retrain" in refusal.value.hint
    assert consolidate(workspace, ConsolidateRequest(name="mlp", to=2, merging="retrain")).after.prototypes == 2


@pytest.mark.parametrize("merging", ["merge", "low_rank", "retrain"])
def test_texts_are_ranked_by_fewer_maps(of_texts, merging):
    report = consolidate(of_texts, ConsolidateRequest(to=3, merging=merging))
    assert [each.name for each in report.qualities] == ["recall_at_1", "recall_at_10", "mrr"]
    assert report.likeness > 0.9
    first, second = (
        {row.name: row for row in bench(of_texts, BenchRequest()).rows}[f"prle:{name}"]
        for name in ("default", "default-3")
    )
    assert second.recall_at_1 > first.recall_at_1 - 0.1
    if merging == "low_rank":
        assert report.parameters[1] < report.parameters[0]


def test_centres_of_groups_have_length_one(of_texts):
    consolidate(of_texts, ConsolidateRequest(to=3))
    with open_workspace(of_texts) as opened:
        questions = opened.embeddings("train")[:, 0]
        restored = restore_answers(opened.model("default-3"), questions, width=64)
        np.testing.assert_allclose(np.linalg.norm(restored.clusters.centroids, axis=1), 1.0, rtol=1e-5)
        assert sorted(np.concatenate(restored.clusters.members)) == list(range(len(questions)))


def test_a_question_goes_where_its_group_has_gone(of_texts, tmp_path):
    settings = {**CLUSTERS, "answers.routing": "group"}
    fit(of_texts, resolve(None, settings), name="deeds")
    report = consolidate(of_texts, ConsolidateRequest(name="deeds", to=2))
    with open_workspace(of_texts) as opened:
        filed = opened.groups("test")
        restored = restore_answers(opened.model("deeds-2"), opened.embeddings("train")[:, 0], width=64)
    for row in range(5):
        shares = explain_row(of_texts, "test", row, ExplainRequest(name="deeds-2")).prototypes
        assert shares[0].weight == 1.0
        assert filed[row] in restored.clusters.known_as[shares[0].prototype]
    assert any(group.name.endswith("and 1 more") for group in report.groups)
    written = export(of_texts, tmp_path / "out", name="deeds-2")
    assert written.largest_difference < 1e-5
    places = json.loads((tmp_path / "out" / "model.json").read_text())["places"]
    assert sorted(places) == sorted(name for names in restored.clusters.known_as for name in names)
    assert consolidate(of_texts, ConsolidateRequest(name="deeds-2", to=1)).after.prototypes == 1


def test_soft_targets_go_on_from_what_they_remember(of_texts):
    soft = {"answers.matrices": "gated_low_rank", "answer_losses.soft_targets": "hybrid", "answer_losses.clusters": 2}
    fit(of_texts, resolve(None, {**CLUSTERS, **soft, "answer_losses.update_interval": 2}), name="soft")
    consolidate(of_texts, ConsolidateRequest(name="soft", to=4, merging="retrain"))
    with open_workspace(of_texts) as opened:
        before, after = (opened.model(name).arrays["soft/progress"] for name in ("soft", "soft-4"))
    assert after[0] > before[0] > 0
    assert after[1] > before[1] > 0


def test_a_count_that_makes_routing_peaked_is_looked_for(of_texts):
    fit(of_texts, resolve(None, {**CLUSTERS, "prototypes.count": 15, "answers.temperature": 0.3}), name="flat")
    report = consolidate(
        of_texts,
        ConsolidateRequest(
            name="flat",
        ),
    )
    assert report.automatic
    assert report.after.peaked
    assert not any(each.peaked for each in report.tried[:-1])
    assert report.tried[-1].prototypes == report.after.prototypes
    fit(of_texts, resolve(None, {**CLUSTERS, "answers.temperature": 0.01}), name="sharp")
    with pytest.raises(UsageError, match="peaked already"):
        consolidate(
            of_texts,
            ConsolidateRequest(
                name="sharp",
            ),
        )


def test_what_cannot_be_put_together_is_refused(workspace, of_texts):
    with pytest.raises(UsageError, match="expected fewer prototypes than the 6"):
        consolidate(workspace, ConsolidateRequest(to=6))
    with pytest.raises(UsageError, match="another name than that of the model itself"):
        consolidate(workspace, ConsolidateRequest(to=2, stored_as="default"))
    with pytest.raises(UsageError, match="model name"):
        consolidate(workspace, ConsolidateRequest(to=2, stored_as="../x"))
    with pytest.raises(UsageError, match="1 prototype or more"):
        ConsolidateRequest(to=0)
    with pytest.raises(WorkspaceError, match="no model"):
        consolidate(workspace, ConsolidateRequest(name="nobody", to=2))
    for routing in ("global", "path"):
        settings = {**CLUSTERS, "answers.routing": routing, "answers.matrices": "auto"}
        fit(of_texts, resolve(None, settings), name=routing)
        with pytest.raises(UsageError, match=f"put together, got routing {routing}"):
            consolidate(of_texts, ConsolidateRequest(name=routing, to=2))


def test_forged_names_of_groups_are_refused(of_texts):
    fit(of_texts, resolve(None, {**CLUSTERS, "answers.routing": "group"}), name="deeds")
    consolidate(of_texts, ConsolidateRequest(name="deeds", to=2))
    with open_workspace(of_texts) as opened:
        stored, questions = opened.model("deeds-2"), opened.embeddings("train")[:, 0]
    for filed in ("start", [["start"]], [["start"], [1]], [["start"], []], {"start": 0}):
        forged = replace(stored, summary={**stored.summary, "filed": filed})
        with pytest.raises(WorkspaceError, match="do not fit together"):
            restore_answers(forged, questions, width=64)
