"""Explanations of a stored model: ledgers, doubt, intervals, and what a model cannot tell."""

import math

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import UsageError, WorkspaceError
from prle.models.labels.checkpoint import restore
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.numbers import NumberExplainer
from prle.stages.explain.questions import Question
from prle.stages.explain.stage import explain_row, explain_rows, explain_texts, explaining
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import Workspace, open_workspace, save_model
from tests.stages.conftest import QUICK

NEW = ("A cat is sleeping.", "A dog is barking.")


@pytest.fixture(scope="module")
def explained(fitted_once):
    """Every test row of the workspace, explained at once."""
    with open_workspace(fitted_once) as opened:
        vectors = opened.embeddings("test")
        questions = [Question(texts=opened.row_texts("test", row), vectors=each) for row, each in enumerate(vectors)]
        return list(NumberExplainer(opened, "default").explain(questions, ExplainRequest(examples=3)))


def test_explained_together_is_explained_alone(explained, workspace):
    alone = explain_row(workspace, "test", 70, ExplainRequest(examples=3))
    assert alone.prediction == pytest.approx(explained[70].prediction, rel=1e-12)
    assert alone.interval == pytest.approx(explained[70].interval)
    assert alone.examples == explained[70].examples


def test_intervals_are_those_of_predict(explained, workspace):
    predicted = predict_split(workspace, "test", PredictRequest(level=0.9)).predictions
    for report, prediction in zip(explained, predicted, strict=True):
        assert report.interval == pytest.approx(prediction.interval, abs=1e-4)
        low, high = report.interval
        assert low + high == pytest.approx(2 * report.prediction)


def test_a_higher_level_is_wider(workspace):
    widths = [
        np.diff(explain_row(workspace, "test", 3, ExplainRequest(level=level)).interval)[0]
        for level in (0.5, 0.8, 0.95)
    ]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_a_level_that_needs_more_rows_is_refused(workspace):
    report = explain_row(workspace, "test", 3, ExplainRequest(level=0.9999))
    assert report.interval is None
    assert "too few validation rows" in report.refused["interval"].reason
    with pytest.raises(WorkspaceError, match="too few validation rows"):
        predict_split(workspace, "test", PredictRequest(level=0.9999))


def test_past_errors_are_those_of_the_rows_that_a_prototype_dominates(explained, workspace):
    predicted = predict_split(workspace, "validation").predictions
    with open_workspace(workspace) as opened:
        heaviest = restore(opened.model("default")).predictor().regimes(opened.embeddings("validation"))
    off = np.array([each.prediction - each.label for each in predicted])
    for share in explained[0].prototypes:
        mine = off[heaviest == share.prototype]
        assert share.past_rows == len(mine)
        if len(mine):
            assert share.past_error == pytest.approx(np.sqrt(np.mean(mine**2)), rel=1e-4)
        else:
            assert share.past_error is None


def test_doubt_is_measured_on_the_answer_itself(explained):
    for report in explained[:20]:
        weights = np.array([share.weight for share in report.prototypes])
        outputs = np.array([share.expert_prediction for share in report.prototypes])
        assert report.doubt.disagreement == pytest.approx(math.sqrt(weights @ (outputs - weights @ outputs) ** 2))
        spoken = weights[weights > 0]
        assert report.doubt.effective_prototypes == pytest.approx(np.exp(-np.sum(spoken * np.log(spoken))), rel=1e-6)
        assert report.doubt.distance == report.examples[0].distance


def test_an_input_unlike_anything_is_said_so(workspace):
    with open_workspace(workspace) as opened:
        far = 9.0 * np.random.default_rng(0).normal(size=opened.embeddings("test")[0].shape).astype(np.float32)
        report = next(NumberExplainer(opened, "default").explain([Question(texts=NEW, vectors=far)], ExplainRequest()))
    assert report.doubt.unfamiliar
    assert report.doubt.percentile == 100.0
    assert not explain_row(workspace, "train", 3).doubt.unfamiliar


def test_the_bracket_lies_on_either_side(explained):
    sides = 0
    for report in explained:
        below, above = report.bracket.below, report.bracket.above
        for share in filter(None, (below, above)):
            sides += 1
            rivals = [
                other.weight
                for other in report.prototypes
                if (other.anchor.label - report.prediction) * (share.anchor.label - report.prediction) > 0
            ]
            assert share.weight == max(rivals)
        assert below is None or below.anchor.label < report.prediction
        assert above is None or above.anchor.label > report.prediction
    assert sides > len(explained)


@pytest.mark.parametrize("move", [0.0, -0.5, math.nan])
def test_a_move_is_a_distance(workspace, move):
    with pytest.raises(UsageError, match="expected a distance above 0"):
        explain_row(workspace, "test", 17, ExplainRequest(move=move))


@pytest.mark.parametrize("level", [0.0, 1.0, 90.0])
def test_a_level_is_a_share(workspace, level):
    with pytest.raises(UsageError, match="expected a share between 0 and 1"):
        explain_row(workspace, "test", 17, ExplainRequest(level=level))


def test_many_rows_are_what_each_is_alone(workspace):
    rows = [NEW, ("Two men talk.", "Two men are talking.")]
    together = explain_rows(workspace, rows, ExplainRequest(examples=2))
    assert [each.texts for each in together.explanations] == rows
    assert together.fields == ("sentence1", "sentence2")
    for row, report in zip(rows, together.explanations, strict=True):
        alone = explain_texts(workspace, row, ExplainRequest(examples=2))
        assert alone.prediction == pytest.approx(report.prediction, rel=1e-9)
        assert len(report.examples) == 2
    assert explain_rows(workspace, []).explanations == ()


def refitted(workspace, **settings):
    fit(workspace, resolve(None, {**QUICK, "train.epochs": 1, **settings}), name="other")
    return explain_row(workspace, "test", 17, ExplainRequest(name="other"))


def test_both_ledgers_of_experts_add_up_on_every_row(explained):
    for report in explained:
        assert set(report.completeness_gap) == {"prototypes", "features"}
        assert max(report.completeness_gap.values()) <= 1e-6
        features = report.features
        read = features.baseline + features.level + sum(group.contribution for group in features.groups)
        np.testing.assert_allclose(read, report.prediction, atol=1e-6)
        assert (report.votes, report.carried, report.score) == (None, None, None)
        assert report.refused["votes"].hint == "`prle fit --voters examples` gives them"


@pytest.mark.parametrize(("kind", "features"), [("constant", True), ("mlp", False)])
def test_experts_that_are_no_sums_over_features_say_so(workspace, kind, features):
    report = refitted(workspace, **{"experts.kind": kind, "experts.solver": "gradient"})
    assert (report.features is not None) == features == ("features" not in report.refused)
    assert set(report.completeness_gap) == {"prototypes", *(["features"] if features else [])}
    assert max(report.completeness_gap.values()) <= 1e-6
    assert report.interval is not None


def test_what_it_hangs_on_needs_examples_that_vote(workspace):
    with pytest.raises(UsageError, match="expected a model in which examples vote") as refused:
        explain_row(workspace, "test", 17, ExplainRequest(move=0.05))
    assert "--voters examples" in refused.value.hint


def stored_without(workspace, *, arrays=()):
    """Store the model again, without some of what it had."""
    from dataclasses import replace

    with open_workspace(workspace) as opened:
        model = opened.model("default")
        kept = {path: array for path, array in model.arrays.items() if not path.startswith(tuple(arrays) or "-")}
    save_model(workspace, replace(model, arrays=kept))


def test_a_model_of_before_there_were_intervals_is_explained_without(workspace):
    stored_without(workspace, arrays=["calibration/"])
    report = explain_row(workspace, "test", 17)
    assert report.interval is None
    assert report.refused["interval"].hint == "run `prle fit --name default` again"
    assert (report.doubt.percentile, report.doubt.unfamiliar) == (None, False)
    assert report.prototypes[0].past_error is None
    with pytest.raises(WorkspaceError, match="fitted without a calibration"):
        predict_split(workspace, "test", PredictRequest(level=0.9))


def test_single_texts_have_one_block(tmp_path, demo):
    from dataclasses import replace

    from prle.data.interface import Split
    from prle.encoders import load_encoder
    from prle.stages.embed.interface import EmbedRequest
    from prle.stages.embed.stage import embed

    splits = {
        name: Split(texts=tuple(texts[:1] for texts in split.texts), labels=split.labels)
        for name, split in demo.splits.items()
    }
    single = replace(demo, fields=demo.fields[:1], splits=splits)
    workspace = tmp_path / "single.h5"
    embed(EmbedRequest(workspace=workspace), single, load_encoder("hashing:32"))
    report = refitted(workspace)
    assert [group.name for group in report.features.groups] == ["value space"]
    assert max(report.completeness_gap.values()) <= 1e-6


def test_a_session_reads_what_all_explanations_share_once(workspace, monkeypatch):
    read = []
    monkeypatch.setattr(Workspace, "embeddings", spying(read, Workspace.embeddings))
    with explaining(workspace) as explain:
        first, second = (explain([row]).explanations[0] for row in (NEW, ("Two men talk.", "A man is talking.")))
    assert read == ["embeddings"]
    assert first.prediction != second.prediction


def spying(calls, method):
    def spy(*arguments):
        calls.append(method.__name__)
        return method(*arguments)

    return spy
