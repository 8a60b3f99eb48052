import numpy as np
import pytest

from prle.errors import UsageError
from prle.stages.explain.stage import explain_row, explain_texts
from prle.stages.predict.stage import predict_split, predict_texts

NEW = ("A cat is sleeping.", "A dog is barking.")


@pytest.fixture(params=["texts", "row"])
def report(request, workspace):
    if request.param == "texts":
        return explain_texts(workspace, NEW)
    return explain_row(workspace, "test", 17)


def test_contributions_add_up_to_the_prediction(report):
    shares = report.prototypes
    assert len(shares) == 6
    np.testing.assert_allclose(sum(each.contribution for each in shares), report.prediction, rtol=1e-6)
    np.testing.assert_allclose(sum(each.weight for each in shares), 1.0, rtol=1e-9)
    for each in shares:
        np.testing.assert_allclose(each.weight * each.expert_prediction, each.contribution, rtol=1e-9)
    assert report.completeness_gap["prototypes"] <= 1e-6


def test_the_heaviest_come_first_and_are_distinct_rows(report):
    weights = [each.weight for each in report.prototypes]
    assert weights == sorted(weights, reverse=True)
    assert len({each.anchor.row for each in report.prototypes}) == 6


def test_examples_come_nearest_first(report):
    distances = [each.distance for each in report.examples]
    assert len(distances) == 5
    assert distances == sorted(distances)


def test_anchors_and_examples_are_the_rows_that_they_name(report, demo):
    train = demo.splits["train"]
    for shown in (*(each.anchor for each in report.prototypes), *report.examples):
        assert shown.texts == train.texts[shown.row]
        assert shown.label == train.labels[shown.row]


def test_explained_is_what_is_predicted(workspace):
    explained = explain_texts(workspace, NEW)
    predicted = predict_texts(workspace, [NEW]).predictions[0]
    np.testing.assert_allclose(explained.prediction, predicted.prediction, rtol=1e-5)
    row = explain_row(workspace, "test", 17)
    same = predict_split(workspace, "test").predictions[17]
    np.testing.assert_allclose(row.prediction, same.prediction, rtol=1e-5)
    assert (row.label, row.texts, row.row) == (same.label, same.texts, "test:17")


def test_a_training_row_is_not_its_own_evidence(workspace):
    report = explain_row(workspace, "train", 3)
    assert 3 not in {each.row for each in report.examples}


@pytest.mark.parametrize("row", [-1, 300])
def test_a_row_that_does_not_exist(workspace, row):
    with pytest.raises(UsageError, match="expected a row from 0 to 299"):
        explain_row(workspace, "test", row)
