"""The kernel base: exact leave-one-out, and rows beyond the landmarks scored by what has not seen them."""

from dataclasses import replace

import numpy as np
import pytest

from prle.errors import UsageError
from prle.models.labels.votes.scores import kernel
from prle.models.labels.votes.scores.kernel import KernelBase
from tests.models.labels.votes.scores.planted import agreement, check_base, check_out_of_fold, classes, fit, numbers

BASE = KernelBase()


@pytest.mark.parametrize("rows", [numbers, lambda **given: numbers(sentences=2, **given)])
def test_it_is_a_base(rows):
    check_base(BASE, rows(), rows(rows=80, seed=1))


def test_training_rows_are_scored_without_their_labels():
    check_out_of_fold(BASE, numbers(), numbers(80, seed=1))


def test_leaving_one_out_is_exact(monkeypatch):
    train, validation = numbers(60), numbers(40, seed=1)
    whole = fit(BASE, train, validation)
    gamma, target = float(whole.arrays["gamma"]), train.labels
    unit = (target - target.mean()) / target.std()
    features = kernel._features(whole.arrays, train.sentences).astype(np.float64)
    apart = ((features[:, None] - features[None]) ** 2).sum(axis=2)
    gram = np.exp(-gamma * apart)
    penalty = next(
        each
        for each in kernel.PENALTIES
        if np.allclose(np.linalg.solve(gram + each * np.eye(60), unit), whole.arrays["weights"][:, 0], atol=1e-3)
    )
    for row in (0, 17, 59):
        others = np.arange(60) != row
        # The mean that is taken off labels is that of all rows: leaving one out moves it by a sixtieth of a label.
        weights = np.linalg.solve(gram[np.ix_(others, others)] + penalty * np.eye(59), unit[others])
        assert whole.train.score[row, 0] == pytest.approx(gram[row, others] @ weights, abs=2e-3)


def test_of_many_rows_some_are_landmarks_and_all_are_scored(monkeypatch):
    monkeypatch.setattr(kernel, "LANDMARKS", 100)
    train, validation = numbers(), numbers(80, seed=1)
    learned = fit(BASE, train, validation)
    assert learned.arrays["landmarks"].shape[0] == 100
    assert agreement(train, learned.train.score) > 0.7


def test_classes_are_refused_with_what_suits():
    with pytest.raises(UsageError, match="expected labels that are numbers") as refused:
        BASE.check(classes(2).kind)
    assert "linear" in refused.value.hint


def test_tables_are_compared_by_standardised_columns():
    train = replace(numbers(), table=True)
    scaled = replace(train, sentences=train.sentences * np.float32([1, 100, 1, 1, 1]))
    first, second = (fit(BASE, rows, rows) for rows in (train, scaled))
    np.testing.assert_allclose(first.train.score, second.train.score, atol=2e-3)
