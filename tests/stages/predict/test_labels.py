import numpy as np
import pytest

from prle.errors import UsageError, WorkspaceError
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split, predict_texts
from prle.workspace import open_workspace

NEW = [("A cat is sleeping.", "A dog is barking."), ("Two men talk.", "Two men are talking.")]


def test_new_texts_one_prediction_a_row(workspace):
    report = predict_texts(workspace, NEW)
    assert [each.texts for each in report.predictions] == NEW
    assert all(np.isfinite(each.prediction) and each.label is None for each in report.predictions)


def test_a_split_carries_rows_and_labels(workspace):
    report = predict_split(workspace, "test")
    assert [each.row for each in report.predictions] == list(range(300))
    with open_workspace(workspace) as opened:
        assert [each.label for each in report.predictions] == opened.labels("test").tolist()
        assert report.predictions[7].texts == opened.row_texts("test", 7)


def test_texts_of_the_workspace_get_what_the_split_gets(workspace):
    split = predict_split(workspace, "test").predictions[:20]
    texts = predict_texts(workspace, [each.texts for each in split]).predictions
    np.testing.assert_allclose([each.prediction for each in texts], [each.prediction for each in split], rtol=1e-5)


def test_known_texts_need_no_encoder(workspace, monkeypatch):
    monkeypatch.setattr("prle.encoders.load_encoder", lambda *_, **__: pytest.fail("the encoder was asked"))
    known = predict_split(workspace, "train").predictions[0].texts
    assert predict_texts(workspace, [known, known]).predictions[0].texts == known


def test_swapping_the_sentences_changes_nothing(workspace):
    ours = predict_texts(workspace, NEW).predictions
    swapped = predict_texts(workspace, [(b, a) for a, b in NEW]).predictions
    np.testing.assert_allclose([p.prediction for p in ours], [p.prediction for p in swapped], rtol=1e-5)


def test_no_rows_give_no_predictions(workspace):
    assert predict_texts(workspace, []).predictions == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("one",), r"expected 2 texts \(sentence1, sentence2\), got 1"),
        (("a", "b", "c"), "expected 2 texts"),
        (("a", "  "), "sentence2: expected a text, got an empty one"),
    ],
)
def test_rows_that_do_not_fit_are_named(workspace, row, message):
    with pytest.raises(UsageError, match=message):
        predict_texts(workspace, [row])


def test_names_that_do_not_exist(workspace):
    with pytest.raises(UsageError, match="split") as raised:
        predict_split(workspace, "tset")
    assert raised.value.hint == "did you mean test?"
    with pytest.raises(WorkspaceError, match="default"):
        predict_split(workspace, "test", PredictRequest(name="other"))


def test_another_encoder_under_the_same_name_is_refused(workspace, monkeypatch):
    from prle.encoders import load_encoder

    monkeypatch.setattr("prle.encoders.load_encoder", lambda *_, **__: load_encoder("hashing:32"))
    with pytest.raises(WorkspaceError, match="was made with weights"):
        predict_texts(workspace, NEW)
