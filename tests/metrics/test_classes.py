"""Class metrics against scikit-learn, by hand where it has none, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle

from prle.errors import PrleError
from prle.metrics import classes as ours


def drawn(seed, rows=60, classes=4):
    rng = np.random.default_rng(seed)
    scores = np.round(rng.normal(size=(rows, classes)), 1)
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    labels = np.where(rng.uniform(size=rows) < 0.6, shares.argmax(axis=1), rng.integers(0, classes, rows))
    return labels.astype(float), shares


@pytest.mark.parametrize("classes", [2, 3, 7])
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_scikit_learn(classes, seed):
    labels, shares = drawn(seed, classes=classes)
    chosen = shares.argmax(axis=1)
    every = list(range(classes))
    assert ours.accuracy(labels, shares) == oracle.accuracy_score(labels, chosen)
    np.testing.assert_allclose(ours.log_loss(labels, shares), oracle.log_loss(labels, shares, labels=every))
    np.testing.assert_allclose(ours.macro_f1(labels, shares), oracle.f1_score(labels, chosen, average="macro"))
    area = oracle.roc_auc_score(labels, shares[:, 1] if classes == 2 else shares, multi_class="ovr", labels=every)
    np.testing.assert_allclose(ours.auc(labels, shares), area)


@pytest.mark.parametrize("classes", [2, 5])
def test_confusion_agrees_with_scikit_learn(classes):
    labels, shares = drawn(1, classes=classes)
    expected = oracle.confusion_matrix(labels, shares.argmax(axis=1), labels=list(range(classes)))
    np.testing.assert_array_equal(ours.confusion(labels, shares), expected)


def test_brier_by_hand():
    np.testing.assert_allclose(ours.brier([0, 1], [[0.8, 0.2], [0.8, 0.2]]), (2 * 0.2**2 + 2 * 0.8**2) / 2)


def test_calibration_error_by_hand():
    """Two rows say .7 and one of them is right, two say .9 and both are: (2 |.5 - .7| + 2 |1 - .9|) / 4."""
    shares = [[0.7, 0.3], [0.7, 0.3], [0.9, 0.1], [0.1, 0.9]]
    np.testing.assert_allclose(ours.calibration_error([0, 1, 0, 1], shares), 0.15)


def test_auc_is_unknown_where_only_one_class_occurs():
    assert np.isnan(ours.auc([1, 1], [[0.2, 0.8], [0.4, 0.6]]))
    labels, shares = drawn(0, classes=3)
    labels[labels == 2] = 1
    assert np.isfinite(ours.auc(labels, shares))


def test_a_certainty_that_is_wrong_costs_a_finite_amount():
    np.testing.assert_allclose(ours.log_loss([1], [[1.0, 0.0]]), -np.log(ours.LEAST))


def test_majority_rate():
    assert ours.majority_rate([2, 0, 2, 2]) == 0.75


@given(seed=st.integers(0, 200), classes=st.integers(2, 5))
@settings(max_examples=30, deadline=None)
def test_naming_the_classes_otherwise_changes_nothing(seed, classes):
    labels, shares = drawn(seed, classes=classes)
    order = np.random.default_rng(seed).permutation(classes)
    renamed, moved = np.argsort(order)[labels.astype(int)], shares[:, order]
    # Rows that tie choose the first class, which naming may change; accuracy and what rests on it are left out.
    for name in ("log_loss", "brier", *(() if classes == 2 else ("auc",))):
        measure = getattr(ours, name)
        np.testing.assert_allclose(measure(renamed, moved), measure(labels, shares))


@pytest.mark.parametrize(
    ("labels", "shares", "message"),
    [
        ([0.0], [0.5], r"labels \(N,\) and probabilities \(N, T\)"),
        ([], np.empty((0, 2)), r"labels \(N,\)"),
        ([2], [[0.5, 0.5]], "codes from 0 to 1"),
        ([0.5], [[0.5, 0.5]], "codes from 0 to 1"),
        ([1], [[0.5, np.nan]], "1 of 2 are not"),
    ],
)
def test_what_does_not_fit_is_refused(labels, shares, message):
    with pytest.raises(PrleError, match=message):
        ours.accuracy(labels, shares)
