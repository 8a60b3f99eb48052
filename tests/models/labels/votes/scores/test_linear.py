"""The linear base: it finds planted directions, and its training scores are those of fits without the row."""

import array_api_compat.torch as xp
import numpy as np
import pytest

from prle.models.labels.assembly import RowKind
from prle.models.labels.votes.scores.linear import LinearBase
from tests.models.labels.votes.scores.planted import (
    check_base,
    check_out_of_fold,
    classes,
    fit,
    kinds,
    numbers,
    target_of,
)

BASE = LinearBase()


@pytest.mark.parametrize("kind", kinds())
def test_it_is_a_base(kind):
    check_base(BASE, *kinds()[kind])


@pytest.mark.parametrize("kind", ["numbers", "five"])
def test_training_rows_are_scored_without_their_labels(kind):
    check_out_of_fold(BASE, *kinds()[kind])


@pytest.mark.parametrize("penalty", [1e-4, 0.1, 10.0])
def test_scores_of_numbers_are_exactly_those_of_leaving_each_row_out(penalty, monkeypatch):
    monkeypatch.setattr("prle.models.labels.votes.scores.linear.PENALTIES", (penalty,))
    train = numbers(30, width=20)
    learned = fit(BASE, train, numbers(20, width=20, seed=1))
    features, labels = train.sentences[:, 0].astype(np.float64), target_of(train).scaled(train.labels)[:, 0]
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    columns = np.column_stack([features, np.ones(len(features))])
    shrink = penalty * len(features) * np.diag([1.0] * features.shape[1] + [0.0])
    for row in range(len(features)):
        others = np.delete(np.arange(len(features)), row)
        gram = columns[others].T @ columns[others] + shrink
        without = columns[row] @ np.linalg.solve(gram, columns[others].T @ labels[others])
        assert learned.train.score[row, 0] == pytest.approx(without, abs=1e-5)


def test_a_feature_that_never_varies_has_no_weight():
    train, validation = numbers(), numbers(80, seed=1)
    train.sentences[:, 0, 3] = validation.sentences[:, 0, 3] = 5.0
    assert fit(BASE, train, validation).arrays["weight"][0, 3] == 0.0


def test_a_class_that_a_fold_lacks_is_no_obstacle():
    train = classes(3, rows=12)
    train.labels[:] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    learned = fit(BASE, train, train)
    assert np.isfinite(learned.train.score).all()
    assert (learned.train.score > 0).all()


def test_it_answers_with_arrays_of_another_engine():
    train, validation = kinds()["five"]
    arrays = fit(BASE, train, validation).arrays
    told = {name: xp.asarray(array) for name, array in arrays.items()}
    score = BASE(told, xp.asarray(validation.sentences)).score
    np.testing.assert_allclose(score.numpy(), BASE(arrays, validation.sentences).score, atol=1e-6)


def test_it_accepts_any_rows():
    for kind in (RowKind(sentences=1), RowKind(sentences=2), RowKind(sentences=1, table=True, target="multiclass")):
        BASE.check(kind)
