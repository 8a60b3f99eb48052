"""What every baseline of classes promises, over the registry."""

from typing import get_args

import numpy as np
import pytest

from prle.baselines import (
    BASELINES,
    CLASSIFIERS,
    baselines_for,
    boosting_classifier,
    mlp_classifier,
    network,
    random_forest,
    supercluster,
)
from prle.baselines.interface import ClassifierName, Table
from prle.metrics.classes import accuracy, log_loss

OURS = [name for name, kind in CLASSIFIERS.items() if not kind.package]
"""Those of which it is known that they learn; what a peer does is its own affair."""

names = pytest.mark.parametrize("name", CLASSIFIERS)


@pytest.fixture(autouse=True)
def little_work(monkeypatch):
    monkeypatch.setattr(boosting_classifier, "_TREES", 90)
    monkeypatch.setattr(random_forest, "_TREES", 30)
    monkeypatch.setattr(mlp_classifier, "_SETTINGS", (mlp_classifier._SETTINGS[0]._replace(learning_rate=5e-3),))
    monkeypatch.setattr(network, "EPOCHS", 15)
    monkeypatch.setattr(supercluster, "EPOCHS", 15)


@pytest.fixture(params=[2, 3], ids=["two", "three"])
def classes(request):
    return request.param


@pytest.fixture
def tables(texts, classes):
    return tuple(planted(rows, texts, classes, seed=seed) for seed, rows in ((1, 240), (2, 90), (3, 90)))


def planted(rows, texts, classes, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(rows, texts, 10))
    if texts == 2:
        nearness = rng.uniform(size=(rows, 1))
        vectors[:, 1] = nearness * vectors[:, 0] + (1 - nearness) * vectors[:, 1]
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    signal = vectors[:, 0, 0] if texts == 1 else np.sum(vectors[:, 0] * vectors[:, 1], axis=1)
    edges = np.quantile(signal, np.arange(1, classes) / classes)
    codes = np.digitize(signal + 0.05 * rng.normal(size=rows), edges)
    return Table(embeddings=vectors.astype(np.float32), labels=codes.astype(float), classes=classes)


def fitted(name, tables, seed=0):
    baseline = CLASSIFIERS[name](seed=seed)
    if not baseline.suits(tables[0].embeddings.shape[1]):
        pytest.skip(f"{name} is for single texts, or is not installed")
    return baseline.fit(*tables[:2])


def test_registry_is_the_list_of_names():
    assert tuple(CLASSIFIERS) == get_args(ClassifierName)
    assert all(CLASSIFIERS[name].name == name for name in CLASSIFIERS)
    assert list(baselines_for(3)) == list(CLASSIFIERS)
    assert list(baselines_for(0)) == list(BASELINES)


@names
def test_predictions_are_distributions(name, tables, classes):
    shares = fitted(name, tables).predict(tables[2].embeddings)
    assert shares.shape == (90, classes)
    assert shares.dtype == np.float64
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-5)


@names
def test_same_tables_same_result_and_a_seed_matters_where_it_says_so(name, tables):
    first, second, other = fitted(name, tables), fitted(name, tables), fitted(name, tables, seed=1)
    assert first.choice == second.choice
    assert first.size_bytes == second.size_bytes > 0
    ours, theirs, others = (each.predict(tables[2].embeddings) for each in (first, second, other))
    np.testing.assert_array_equal(ours, theirs)
    assert np.array_equal(ours, others) == (not CLASSIFIERS[name].seeded)


@pytest.mark.parametrize("name", [name for name in OURS if name != "majority"])
def test_beats_the_most_frequent_class_where_there_is_something_to_learn(name, tables):
    test = tables[2]
    floor, ours = (fitted(each, tables).predict(test.embeddings) for each in ("majority", name))
    assert accuracy(test.labels, ours) > accuracy(test.labels, floor) + 0.1
    assert log_loss(test.labels, ours) < log_loss(test.labels, floor)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("texts", [1], indirect=True)
def test_a_class_that_train_does_not_have_gets_a_column(name, tables, classes):
    wider = tuple(Table(embeddings=each.embeddings, labels=each.labels, classes=classes + 1) for each in tables)
    shares = fitted(name, wider).predict(wider[2].embeddings)
    assert shares.shape == (90, classes + 1)
    assert shares[:, -1].max() < 0.2


def test_the_majority_is_how_frequent_classes_are():
    table = Table(embeddings=np.ones((4, 1, 2), np.float32), labels=np.array([0.0, 1.0, 1.0, 1.0]), classes=2)
    shares = fitted("majority", (table, table)).predict(table.embeddings)
    np.testing.assert_allclose(shares, [[0.25, 0.75]] * 4)
