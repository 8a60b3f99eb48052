"""The boosting base: it joins what belongs together, and its arrays say what scikit-learn's trees say."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from prle.encoders.tabular.piecewise_numbers import PiecewiseNumbers
from prle.models.labels.assembly import RowKind
from prle.models.labels.votes.scores import trees
from prle.models.labels.votes.scores.boosting import BoostingBase, Pace, joined
from tests.models.labels.votes.scores.planted import (
    check_base,
    check_out_of_fold,
    classes,
    fit,
    kinds,
    numbers,
    target_of,
)

PACE = Pace(leaves=31, feature_share=0.5, step=0.1)
BASE = BoostingBase(rounds=25, folds=2, paces=(PACE,))


@pytest.mark.parametrize("kind", kinds())
def test_it_is_a_base(kind):
    check_base(BASE, *kinds()[kind])


@pytest.mark.parametrize("kind", ["numbers", "five"])
def test_training_rows_are_scored_without_their_labels(kind):
    check_out_of_fold(BASE, *kinds()[kind])


@pytest.mark.parametrize("kind", ["numbers", "binary", "five"])
@pytest.mark.parametrize("walks", [1, trees.WALKS])
def test_it_answers_as_scikit_learn_does(kind, walks, monkeypatch):
    monkeypatch.setattr(trees, "WALKS", walks)
    train, validation = kinds()[kind]
    learned = fit(BASE, train, validation)
    target = target_of(train)
    count = len(learned.arrays["root"]) // (5 if kind == "five" else 1)
    settings = {**BASE._settings(len(train.labels), target, PACE), "learning_rate": 0.1, "max_iter": count}
    features, checks = (rows.sentences[:, 0].astype(np.float64) for rows in (train, validation))
    if kind == "numbers":
        labels = target.scaled(train.labels)[:, 0].astype(np.float64)
        expected = HistGradientBoostingRegressor(**settings).fit(features, labels).predict(checks)[:, None]
    else:
        expected = HistGradientBoostingClassifier(**settings).fit(features, train.labels).predict_proba(checks)
    np.testing.assert_allclose(BASE(learned.arrays, validation.sentences).score, expected, atol=1e-6)


def test_bars_of_numbers_are_joined_and_nothing_else():
    rng = np.random.default_rng(0)
    values = np.column_stack([rng.normal(size=500), rng.integers(0, 4, 500), np.exp(rng.normal(size=500))])
    bars = PiecewiseNumbers.fitted(values, 20)
    kinds = np.eye(3)[rng.integers(0, 3, 500)]
    features = np.column_stack([bars(values), kinds, np.full(500, 2.0)]).astype(np.float32)
    np.testing.assert_array_equal(joined(features), [*bars.column, 3, 4, 5, 6])
    embedded = rng.normal(size=(500, 8))
    np.testing.assert_array_equal(joined(embedded), np.arange(8))


def test_a_constant_column_joins_nothing():
    values = np.array([[0.0, 1.0, 0.3], [1.0, 1.0, 0.1], [0.5, 1.0, 0.9]])
    np.testing.assert_array_equal(joined(values), [0, 1, 2])


def test_bars_and_numbers_are_learned_alike():
    train, validation = numbers(600), numbers(200, seed=1)
    bars = PiecewiseNumbers.fitted(train.sentences[:, 0].astype(np.float64), 40)

    def barred(rows):
        return type(rows)(
            sentences=bars(rows.sentences[:, 0].astype(np.float64))[:, None].astype(np.float32), labels=rows.labels
        )

    learned = fit(BASE, barred(train), barred(validation))
    assert learned.arrays["joined"].max() == 4
    plain = fit(BASE, train, validation)
    np.testing.assert_allclose(
        np.std(learned.train.score[:, 0] - target_of(train).scaled(train.labels)[:, 0]),
        np.std(plain.train.score[:, 0] - target_of(train).scaled(train.labels)[:, 0]),
        rtol=0.15,
    )


def test_many_classes_get_few_rounds_with_long_steps():
    settings = BoostingBase()._settings(2000, target_of(classes(2)), PACE)
    assert (settings["max_iter"], settings["learning_rate"]) == (400, 0.1)
    settings = BoostingBase()._settings(2000, target_of(classes(77, rows=2000)), PACE)
    assert (settings["max_iter"], settings["learning_rate"]) == (15, 0.3)


def test_a_class_that_a_fold_lacks_is_no_obstacle():
    train = classes(3, rows=12)
    train.labels[:] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert np.isfinite(fit(BASE, train, train).train.score).all()


def test_it_answers_about_no_rows():
    train, validation = kinds()["five"]
    learned = fit(BASE, train, validation)
    assert BASE(learned.arrays, validation.sentences[:0]).score.shape == (0, 5)


def test_it_accepts_any_rows():
    for kind in (RowKind(sentences=1), RowKind(sentences=2), RowKind(sentences=1, table=True, target="multiclass")):
        BASE.check(kind)
