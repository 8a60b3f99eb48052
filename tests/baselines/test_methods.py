"""Each baseline against what it should be by hand."""

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from sklearn.svm import SVR

from prle.baselines import BASELINES, boosting, kernel_ridge, knn, mlp, network, ridge, svr
from prle.baselines.distances import squared_distances
from prle.baselines.features import Columns, compose, cosine, cosine_weights
from prle.baselines.interface import Table
from prle.metrics.numbers import rmse

PAIRS = pytest.mark.parametrize("texts", [2], indirect=True)


def fit(name, tables):
    return BASELINES[name]().fit(tables[0], tables[1])


def test_mean_is_the_training_mean(tables):
    np.testing.assert_array_equal(fit("mean", tables).predict(tables[2].embeddings), np.mean(tables[0].labels))


@PAIRS
def test_cosine_is_the_least_squares_line(tables):
    train, _, test = tables
    slope, intercept = np.polyfit(cosine(train.embeddings), train.labels, 1)
    expected = slope * cosine(test.embeddings) + intercept
    np.testing.assert_allclose(fit("cosine", tables).predict(test.embeddings), expected, rtol=1e-5)


def test_ridge_is_scikit_learn_s_ridge(tables, monkeypatch):
    monkeypatch.setattr(ridge, "_PENALTIES", (0.01,))
    train, _, test = tables
    columns = Columns.of(compose(train.embeddings))
    result = fit("ridge", tables)
    rows, questions = columns(compose(train.embeddings)), columns(compose(test.embeddings))
    weights = cosine_weights(rows.shape[1], train.embeddings.shape[1], result.choice["cosine_weight"])
    oracle = Ridge(alpha=0.01 * len(train)).fit(rows * weights, train.labels)
    np.testing.assert_allclose(result.predict(test.embeddings), oracle.predict(questions * weights), rtol=1e-4)


def test_knn_averages_its_neighbours(tables, monkeypatch):
    monkeypatch.setattr(knn, "_NEIGHBOURS", (5,))
    monkeypatch.setattr(knn, "_SHARPNESS", (0.0,))
    monkeypatch.setattr(knn, "_RELEVANCE", (0.0,))
    monkeypatch.setattr(knn, "_COSINE_WEIGHTS", (1.0,))
    train, _, test = tables
    features = compose(train.embeddings)
    weights = cosine_weights(features.shape[1], train.embeddings.shape[1], 1.0)
    columns = Columns.of(features)
    rows, questions = columns(features) * weights, columns(compose(test.embeddings)) * weights
    order = np.argsort(np.linalg.norm(questions[:, None] - rows, axis=2), axis=1)[:, :5]
    np.testing.assert_allclose(fit("knn", tables).predict(test.embeddings), train.labels[order].mean(axis=1))


def test_svr_answers_as_scikit_learn_would(tables):
    train, _, test = tables
    result = fit("svr", tables)
    choice = result.choice
    columns = Columns.of(compose(train.embeddings))
    weights = cosine_weights(columns.mean.size, train.embeddings.shape[1], choice["cosine_weight"])
    rows, questions = columns(compose(train.embeddings)) * weights, columns(compose(test.embeddings)) * weights
    centre, spread = train.labels.mean(), train.labels.std()
    gamma = choice["gamma"] / (rows.shape[1] * rows.var(axis=0).mean())
    oracle = SVR(C=choice["c"], epsilon=choice["epsilon"], gamma=gamma).fit(rows, (train.labels - centre) / spread)
    expected = oracle.predict(questions) * spread + centre
    np.testing.assert_allclose(result.predict(test.embeddings), expected, atol=0.01)


def test_svr_searches_on_few_rows_and_fits_on_many(tables, monkeypatch):
    seen = []
    solve = svr._Problem.solve
    monkeypatch.setattr(svr, "_SEARCH_ROWS", 50)
    monkeypatch.setattr(svr, "_FIT_ROWS", 120)
    monkeypatch.setattr(svr._Problem, "solve", lambda self, *given: seen.append(len(given[1])) or solve(self, *given))
    fit("svr", tables)
    assert seen == [50] * (len(seen) - svr._FINALISTS) + [120] * svr._FINALISTS


def test_kernel_ridge_is_scikit_learn_s_kernel_ridge(tables):
    train, _, test = tables
    result = fit("kernel_ridge", tables)
    choice = result.choice
    columns = Columns.of(compose(train.embeddings))
    weights = cosine_weights(columns.mean.size, train.embeddings.shape[1], choice["cosine_weight"])
    rows, questions = columns(compose(train.embeddings)) * weights, columns(compose(test.embeddings)) * weights
    gamma = choice["gamma"] / (rows.shape[1] * rows.var(axis=0).mean())
    centre = train.labels.mean()
    oracle = KernelRidge(alpha=choice["penalty"], kernel="rbf", gamma=gamma).fit(rows, train.labels - centre)
    np.testing.assert_allclose(result.predict(test.embeddings), oracle.predict(questions) + centre, atol=1e-3)


def test_kernel_ridge_searches_on_few_rows_and_solves_on_many(tables, monkeypatch):
    seen = []
    solve = kernel_ridge._solve
    monkeypatch.setattr(kernel_ridge, "_SEARCH_ROWS", 50)
    monkeypatch.setattr(kernel_ridge, "_FIT_ROWS", 120)
    monkeypatch.setattr(kernel_ridge, "_solve", lambda gram, *rest: seen.append(len(gram)) or solve(gram, *rest))
    fit("kernel_ridge", tables)
    assert seen == [50] * (len(seen) - kernel_ridge._FINALISTS) + [120] * kernel_ridge._FINALISTS


def test_kernel_ridge_shares_a_gram_matrix_among_penalties(tables, monkeypatch):
    made = []
    kernel = kernel_ridge._kernel
    monkeypatch.setattr(kernel_ridge, "_kernel", lambda *given: made.append(1) or kernel(*given))
    monkeypatch.setattr(kernel_ridge, "_FINALISTS", 1)
    fit("kernel_ridge", tables)
    weights = len(kernel_ridge._COSINE_WEIGHTS) if tables[0].embeddings.shape[1] == 2 else 1
    assert len(made) == 2 * (weights * len(kernel_ridge._GAMMA) + 1)


def test_mlp_keeps_its_best_epoch(tables, monkeypatch):
    """With steps that blow the network up, what it kept is the start: the mean."""
    monkeypatch.setattr(mlp, "_SETTINGS", (mlp._SETTINGS[0]._replace(learning_rate=100.0),))
    result = fit("mlp", tables)
    assert result.choice["epochs"] == 0
    np.testing.assert_allclose(result.predict(tables[2].embeddings), np.mean(tables[0].labels))


def test_mlp_chooses_what_validation_prefers(tables, monkeypatch):
    poor, good = mlp._SETTINGS[0]._replace(learning_rate=1e-9), mlp._SETTINGS[0]._replace(learning_rate=5e-3)
    monkeypatch.setattr(mlp, "_SETTINGS", (poor, good))
    monkeypatch.setattr(network, "EPOCHS", 10)
    result = fit("mlp", tables)
    assert result.choice["learning_rate"] == 5e-3
    assert 0 < result.choice["epochs"] <= 10


def test_boosting_stops_where_validation_said(tables, monkeypatch):
    """The refit with fewer trees is the same ensemble, cut short: its validation error is the one that was chosen."""
    monkeypatch.setattr(boosting, "_ITERATIONS", 40)
    train, validation, _ = tables
    result = fit("boosting", tables)
    errors = []
    for setting in boosting._SETTINGS:
        ensemble = boosting._ensemble(setting, 40).fit(compose(train.embeddings), train.labels)
        errors += [rmse(validation.labels, stage) for stage in ensemble.staged_predict(compose(validation.embeddings))]
    assert 1 <= result.choice["trees"] <= 40
    assert rmse(validation.labels, result.predict(validation.embeddings)) == pytest.approx(min(errors))


@pytest.mark.parametrize("name", [name for name in BASELINES if name not in ("mean", "cosine")])
def test_validation_chooses_and_train_alone_fits(name, tables):
    """Other validation labels may change what is chosen, never what is learnt from."""
    train, validation, test = tables
    if not BASELINES[name]().suits(train.embeddings.shape[1]):
        pytest.skip(f"{name} is for other rows, or is not installed")
    high = Table(embeddings=validation.embeddings, labels=validation.labels + 100)
    predictions = BASELINES[name]().fit(train, high).predict(test.embeddings)
    assert predictions.max() < 50


@PAIRS
def test_pair_features_end_in_the_cosine(tables):
    embeddings = tables[0].embeddings
    features = compose(embeddings)
    first, second = embeddings[:, 0], embeddings[:, 1]
    np.testing.assert_allclose(features[:, :12], np.abs(first - second))
    np.testing.assert_allclose(features[:, 12:24], first * second)
    np.testing.assert_allclose(features[:, 24], np.sum(first * second, axis=1), rtol=1e-4, atol=1e-6)


def test_columns_are_standardised_and_dead_ones_silent(tables):
    features = compose(tables[0].embeddings)
    columns = Columns.of(features)
    scaled = columns(features)
    alive = columns.scale > 0
    assert not alive[3]
    np.testing.assert_allclose(scaled[:, alive].mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(scaled[:, alive].std(axis=0), 1, rtol=1e-4)
    shifted = features.copy()
    shifted[:, 3] = 1e6
    np.testing.assert_array_equal(columns(shifted)[:, 3], 0)


def test_cosine_at_weight_one_counts_as_much_as_half_of_the_others():
    weights = cosine_weights(769, 2, 1.0)
    assert weights[-1] ** 2 == pytest.approx(384)
    assert (weights[:-1] == 1).all()
    assert (cosine_weights(384, 1, 5.0) == 1).all()


def test_blocks_of_distances_are_the_distances(monkeypatch):
    rng = np.random.default_rng(0)
    queries, rows = rng.normal(size=(20, 6)).astype(np.float32), rng.normal(size=(30, 6)).astype(np.float32)
    rows[:3] = queries[:3]
    exact = np.sum((queries[:, None] - rows) ** 2, axis=2)
    monkeypatch.setattr("prle.baselines.distances._CELLS_AT_ONCE", 7 * 30)
    blocks = list(squared_distances(queries, rows))
    assert len(blocks) == 3
    found = np.concatenate([distances for _, distances in blocks])
    np.testing.assert_allclose(found, exact, atol=1e-4)
    assert (found >= 0).all()
