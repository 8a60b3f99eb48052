"""What every baseline promises, over the registry."""

import warnings
from typing import get_args

import numpy as np
import pytest
import torch

from prle.baselines import BASELINES, boosting, mlp, network, supercluster
from prle.baselines.interface import BaselineName, Table
from prle.errors import PrleError
from prle.metrics.numbers import rmse

names = pytest.mark.parametrize("name", BASELINES)


@pytest.fixture(autouse=True)
def little_work(monkeypatch):
    monkeypatch.setattr(boosting, "_ITERATIONS", 60)
    monkeypatch.setattr(mlp, "_SETTINGS", (mlp._SETTINGS[0]._replace(learning_rate=5e-3),))
    monkeypatch.setattr(network, "EPOCHS", 20)
    monkeypatch.setattr(supercluster, "EPOCHS", 20)


def fitted(name, tables, seed=0):
    baseline = BASELINES[name](seed=seed)
    train, validation, _ = tables
    if not baseline.suits(train.embeddings.shape[1]):
        pytest.skip(f"{name} is for other rows, or is not installed")
    return baseline.fit(train, validation)


def test_registry_is_the_list_of_names():
    assert tuple(BASELINES) == get_args(BaselineName)
    assert all(BASELINES[name].name == name for name in BASELINES)


@names
def test_predictions_are_finite_and_one_a_row(name, tables):
    predictions = fitted(name, tables).predict(tables[2].embeddings)
    assert predictions.shape == (100,)
    assert predictions.dtype == np.float64
    assert np.isfinite(predictions).all()


@names
def test_same_tables_same_result(name, tables):
    first, second = fitted(name, tables), fitted(name, tables)
    assert first.choice == second.choice
    assert first.size_bytes == second.size_bytes > 0
    np.testing.assert_array_equal(first.predict(tables[2].embeddings), second.predict(tables[2].embeddings))


@names
def test_a_seed_matters_exactly_where_the_method_says_so(name, tables):
    first, second = (fitted(name, tables, seed).predict(tables[2].embeddings) for seed in (0, 1))
    assert np.array_equal(first, second) == (not BASELINES[name].seeded)


@names
def test_fitting_leaves_the_randomness_of_others_alone(name, tables):
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    fitted(name, tables)
    assert torch.equal(torch.rand(3), expected)


@names
def test_a_row_is_predicted_alone_as_in_company(name, tables):
    result = fitted(name, tables)
    together = result.predict(tables[2].embeddings)
    alone = np.concatenate([result.predict(tables[2].embeddings[row : row + 1]) for row in range(5)])
    np.testing.assert_allclose(alone, together[:5], rtol=1e-4)


@pytest.mark.parametrize("name", [name for name, kind in BASELINES.items() if name != "mean" and not kind.package])
def test_beats_the_mean_where_there_is_something_to_learn(name, tables):
    test = tables[2]
    floor = rmse(test.labels, fitted("mean", tables).predict(test.embeddings))
    assert rmse(test.labels, fitted(name, tables).predict(test.embeddings)) < 0.8 * floor


@names
@pytest.mark.parametrize("texts", [2], indirect=True)
def test_swapping_the_texts_of_a_pair_changes_nothing(name, tables):
    result = fitted(name, tables)
    embeddings = tables[2].embeddings
    swapped = np.ascontiguousarray(embeddings[:, ::-1])
    np.testing.assert_allclose(result.predict(swapped), result.predict(embeddings), rtol=1e-5)


@names
def test_constant_labels_are_predicted(name, tables):
    flat = tuple(Table(embeddings=table.embeddings, labels=np.full(len(table), 2.5)) for table in tables)
    np.testing.assert_allclose(fitted(name, flat).predict(flat[2].embeddings), 2.5, rtol=1e-6)


@names
def test_three_rows_are_enough(name, tables):
    few = tuple(Table(embeddings=table.embeddings[:3], labels=table.labels[:3]) for table in tables)
    assert np.isfinite(fitted(name, few).predict(few[2].embeddings)).all()


@names
def test_vectors_without_length_do_no_harm(name, tables):
    train, validation, test = tables
    empty = np.zeros_like(test.embeddings[:4])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        holes = Table(embeddings=np.concatenate([empty, train.embeddings]), labels=np.append(np.ones(4), train.labels))
        assert np.isfinite(fitted(name, (holes, validation, test)).predict(empty)).all()


def test_what_does_not_suit_is_refused(tables):
    train, validation, _ = tables
    single = Table(embeddings=train.embeddings[:, :1], labels=train.labels)
    with pytest.raises(PrleError, match="cosine: expected rows of 2 texts; got 1"):
        BASELINES["cosine"]().fit(single, single)
    narrow = Table(embeddings=validation.embeddings[:, :, :4], labels=validation.labels)
    with pytest.raises(PrleError, match="expected validation rows of shape"):
        BASELINES["ridge"]().fit(train, narrow)
    short = Table(embeddings=train.embeddings, labels=train.labels[:7])
    with pytest.raises(PrleError, match="with 7 labels"):
        BASELINES["mean"]().fit(short, validation)
