"""What the estimators promise beyond scikit-learn's own checks."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from prle.errors import PrleError, UsageError
from prle.estimators import FitWarning, InputError, PRLEClassifier, PRLERegressor
from prle.models.labels.checkpoint import restore
from prle.stages.fit.labels import fit_model
from prle.workspace import open_workspace
from tests.estimators.worlds import QUICK, classes, numbers

BOTH = pytest.mark.parametrize("kind", [PRLERegressor, PRLEClassifier])


def world(kind):
    return numbers() if kind is PRLERegressor else classes(["low", "high"])


def answers(model, X):
    return model.predict_proba(X) if isinstance(model, PRLEClassifier) else model.predict(X)


def test_a_number_is_learnt_whatever_the_scale_of_its_columns():
    X, y = numbers()
    model = PRLERegressor(**{**QUICK, "epochs": 20, "projection": "mlp"}, voters="none").fit(X[:90], y[:90])
    assert model.score(X[90:], y[90:]) > 0.8
    assert model.validation_["rmse"] == pytest.approx(min(record.validation_rmse for record in model.history_))


@pytest.mark.parametrize("names", [[3, 7], ["b", "a", "c"], [True, False], [1.0, 2.0, 3.0]], ids=str)
def test_classes_keep_their_words(names):
    X, y = classes(names)
    model = PRLEClassifier(**QUICK).fit(X[:90], y[:90])
    np.testing.assert_array_equal(model.classes_, np.unique(y))
    assert model.predict(X).dtype == y.dtype
    assert model.score(X[90:], y[90:]) > 0.9
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1.0, rtol=1e-6)
    np.testing.assert_array_equal(model.classes_[model.predict_proba(X).argmax(axis=1)], model.predict(X))


@BOTH
def test_anchors_are_rows_of_what_was_fitted(kind):
    X, y = world(kind)
    model = kind(**QUICK).fit(X, y)
    parts = model.explain(X[:4])
    assert len(set(model.anchors_.tolist())) == len(model.anchors_) == 6
    np.testing.assert_array_equal(parts.anchors, model.anchors_)
    np.testing.assert_array_equal(parts.anchor_labels, y[model.anchors_])


@BOTH
@pytest.mark.parametrize("numeric", ["standard", None])
def test_a_fit_is_that_of_a_workspace_with_the_same_rows(kind, numeric, tmp_path):
    """No second trainer: the commands come to the same parameters on what was saved."""
    X, y = world(kind)
    X = StandardScaler().fit_transform(X)
    # What auto means differs between vectors and tables, so it is said where a table comes back as vectors.
    settings = {"train.patience": 8, "value_space.dropout": 0.5, "value_space.input_dropout": 0.3}
    settings |= {"train.batch_size": 32, "train.learning_rate": 1e-4, "train.expert_learning_rate": 1e-4}
    settings["place.content"] = 0.0
    model = kind(**QUICK, base="linear", numeric=numeric, settings=settings).fit(X, y)
    model.save(tmp_path / "prle.h5")
    with open_workspace(tmp_path / "prle.h5") as opened:
        stored = restore(opened.model("default"))
        again, _ = fit_model(opened, model.config_)
        ours, theirs = (each.predictor().predict(opened.embeddings("validation")) for each in (stored, again))
    np.testing.assert_array_equal(ours, theirs)


@BOTH
@pytest.mark.parametrize("numeric", ["piecewise", "standard"])
def test_units_do_not_matter(kind, numeric):
    """Powers of two, which cost no digit."""
    X, y = world(kind)
    units = 2.0 ** np.arange(-3, X.shape[1] - 3)
    first, second = (kind(**QUICK, numeric=numeric).fit(rows, y) for rows in (X, X * units))
    np.testing.assert_allclose(answers(second, X * units), answers(first, X), rtol=1e-6)


def test_grids_pipelines_and_clones():
    X, y = classes(["a", "b"], rows=300)
    pipeline = make_pipeline(StandardScaler(), PRLEClassifier(**QUICK))
    search = GridSearchCV(pipeline, {"prleclassifier__prototypes": np.array([2, 4])}, cv=2).fit(X, y)
    assert search.best_score_ > 0.9
    model = PRLERegressor(settings={"router.temperature": 3.0}, numeric=None)
    assert clone(model).get_params() == model.get_params()
    assert model.set_params(prototypes=5, router="knn").get_params()["router"] == "knn"


def test_parameters_are_settings():
    X, y = numbers()
    settings = {"router.temperature": 3.0, "experts.rank": 2}
    config = PRLERegressor(**QUICK, router="knn", committee=2, settings=settings, random_state=7).fit(X, y).config_
    assert (config.prototypes.count, config.router.kind, config.train.epochs, config.train.seed) == (6, "knn", 3, 7)
    assert (config.train.committee, config.router.temperature, config.experts.rank) == (2, 3.0, 2)
    assert config.train.batch_size == 128


def test_vectors_and_tables_mean_different_things_by_auto():
    X, y = numbers()
    table, vectors = (PRLERegressor(**QUICK, numeric=numeric).fit(X, y).config_ for numeric in ("standard", None))
    assert table.value_space.dropout == 0.1
    assert vectors.value_space.dropout == 0.5


def test_there_are_no_more_prototypes_than_training_rows():
    X, y = numbers(rows=20)
    assert len(PRLERegressor(projection="identity", epochs=1).fit(X, y).anchors_) == 18


@pytest.mark.parametrize("state", [None, np.random.RandomState(3)], ids=["none", "generator"])
def test_without_a_seed_every_fit_is_another_one(state):
    X, y = numbers()
    model = PRLERegressor(**QUICK, random_state=state)
    first, second = (model.fit(X, y).config_.train.seed for _ in range(2))
    assert first != second


@BOTH
def test_a_missing_number_is_known_as_missing(kind):
    X, y = world(kind)
    X[::7, 0] = np.nan
    model = kind(**QUICK).fit(X, y)
    assert np.isfinite(answers(model, X)).all()
    with pytest.raises(ValueError, match="NaN"):
        kind(**QUICK, numeric=None).fit(X, y)


def test_rows_that_are_alike_stay_on_one_side():
    X, y = numbers(rows=40)
    doubled = np.concatenate([X, X])
    places = PRLERegressor(**QUICK).fit(doubled, np.concatenate([y, y]))._material.places
    assert set((places["train"] % 40).tolist()).isdisjoint((places["validation"] % 40).tolist())
    assert len(places["train"]) + len(places["validation"]) == 80


@pytest.mark.parametrize("seed", range(5))
def test_a_class_of_one_row_is_trained_on(seed):
    X, y = classes(["a", "b"], rows=40)
    y = y.astype(object)
    y[3] = "rare"
    model = PRLEClassifier(**QUICK, random_state=seed, validation_fraction=0.5).fit(X, y)
    assert 3 in model._material.places["train"]
    assert model.predict_proba(X).shape == (40, 3)


def test_a_fit_that_found_nothing_warns():
    X, _ = numbers()
    y = np.where(np.arange(len(X)) % 6, "usual", "rare")
    with pytest.warns(FitWarning, match="always saying the most frequent class") as caught:
        PRLEClassifier(**QUICK).fit(X, y)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"router": "sofmax"}, "router.kind"),
        ({"numeric": "piecewse"}, "numeric: expected one of"),
        ({"validation_fraction": 0.9}, "validation_fraction: expected a number above 0, at most 0.5"),
        ({"settings": {"prototypes.count": 3}}, "settings: prototypes.count is the parameter prototypes"),
        ({"settings": {"router.temprature": 3}}, "temprature"),
        ({"prototypes": 0}, "prototypes.count"),
        ({"projection": "siamese"}, "expected rows of two texts"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(parameters, message):
    X, y = numbers(rows=30)
    with pytest.raises(UsageError, match=message):
        PRLERegressor(**{**QUICK, **parameters}).fit(X, y)


def test_what_cannot_be_fitted_is_a_value_error_too():
    X, y = numbers(rows=30)
    assert issubclass(InputError, PrleError)
    with pytest.raises(InputError, match="expected values that differ by more than rounding"):
        PRLERegressor(**QUICK).fit(X, np.ones(30))
    with pytest.raises(InputError, match="all 30 rows are of one class, 'a'"):
        PRLEClassifier(**QUICK).fit(X, np.full(30, "a"))
    with pytest.raises(InputError, match="at least 4 different rows"):
        PRLERegressor(**QUICK).fit(np.ones((30, 2)), y)
    with pytest.raises(InputError, match="no row is left to validate on"):
        PRLEClassifier(**QUICK).fit(X[:4], list("abcd"))
