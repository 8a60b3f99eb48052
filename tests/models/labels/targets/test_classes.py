"""What classes mean to the model: one-hot inside, negative log likelihood as the error, probabilities outside."""

import numpy as np
import pytest
import torch

from prle.config import resolve
from prle.errors import DataError, UsageError
from prle.models.labels.targets import TARGETS, ClassTarget, NumberTarget, kind_of, measure_target

NAMES = ("a", "b", "c")
SHARES = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])


def target(combination="probabilities"):
    return ClassTarget(names=NAMES, combination=combination)


def test_kinds():
    assert set(TARGETS) == {"number", "binary", "multiclass"}
    assert [kind_of(names) for names in ((), ("a", "b"), NAMES)] == ["number", "binary", "multiclass"]
    assert target().name == "multiclass"
    assert ClassTarget(names=("no", "yes")).name == "binary"


def test_labels_are_one_hot_inside():
    np.testing.assert_array_equal(target().scaled(np.array([2.0, 0.0])), [[0, 0, 1], [1, 0, 0]])


def test_the_error_is_the_surprise_at_the_true_class_in_both_spaces():
    labels = target().scaled(np.array([0.0, 1.0]))
    expected = [-np.log(0.5), -np.log(0.8)]
    np.testing.assert_allclose(target().errors(SHARES, labels), expected)
    logits = np.log(SHARES) + 3.0
    np.testing.assert_allclose(target("logits").errors(logits, labels), expected)
    theirs = target("logits").errors(torch.from_numpy(logits), torch.from_numpy(labels.astype(float)))
    np.testing.assert_allclose(theirs.numpy(), expected)


def test_large_logits_are_no_obstacle():
    labels = target().scaled(np.array([0.0]))
    np.testing.assert_allclose(target("logits").errors(np.array([[1e4, 0.0, 0.0]]), labels), 0.0)


def test_probabilities_are_reported():
    np.testing.assert_array_equal(target().reported(SHARES), SHARES)
    np.testing.assert_allclose(target("logits").reported(np.log(SHARES) - 7.0), SHARES)


def test_a_neighbourhood_gives_log_odds_that_rule_nothing_out():
    frequencies = np.array([0.5, 0.5, 0.0])
    levels = target().level(np.array([[1.0, 0.0, 0.0]]), frequencies)
    shares = np.exp(levels)
    np.testing.assert_allclose(shares, [[0.95, 0.05, 0.0]], atol=1e-5)
    assert (shares > 0).all()
    np.testing.assert_allclose(shares.sum(), 1.0)


def test_every_figure_is_measured():
    labels = np.array([0.0, 1.0])
    measured = target().measures(labels, SHARES)
    assert list(measured) == ["accuracy", "auc", "log_loss", "brier", "calibration_error", "macro_f1"]
    assert target().watched(labels, SHARES) == {name: measured[name] for name in ("accuracy", "log_loss")}
    assert list(NumberTarget(mean=0.0, deviation=1.0).watched(labels, labels)) == ["pearson", "rmse"]


def test_criteria_know_their_good_end():
    assert ClassTarget.criterion.better(0.1, 0.2)
    assert not ClassTarget.score.better(0.1, 0.2)
    assert not ClassTarget.criterion.better(float("nan"), ClassTarget.criterion.worst)


@pytest.mark.parametrize(
    ("labels", "message"),
    [([0, 3], "codes from 0 to 2, got 3 in row 1"), ([1, 1], "at least two classes, all 2 are b")],
)
def test_labels_that_are_no_classes_are_refused(labels, message):
    with pytest.raises(DataError, match=message):
        measure_target(np.array(labels, float), NAMES, "probabilities")


def test_what_is_summed_has_to_be_settled():
    with pytest.raises(UsageError, match="probabilities or logits"):
        measure_target(np.array([0.0, 1.0]), NAMES, resolve(None, {}).experts.combine)
