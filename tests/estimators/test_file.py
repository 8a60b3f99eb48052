"""What was saved comes back, is a workspace like any other, and nothing else is taken for it."""

import json

import numpy as np
import pandas as pd
import pytest

from prle.config import resolve
from prle.errors import PrleError, UsageError, WorkspaceError
from prle.estimators import InputError, PRLEClassifier, PRLERegressor
from prle.estimators.file import RECORD
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row
from prle.stages.fit.stage import fit
from prle.stages.info import info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_texts
from prle.workspace import open_workspace, save_model
from tests.estimators.worlds import QUICK, classes, numbers


@pytest.fixture
def regressor():
    X, y = numbers()
    X[5, 1] = np.nan
    settings = {"router.temperature": 9.0}
    return PRLERegressor(**QUICK, settings=settings).fit(pd.DataFrame(X, columns=["a b", "c", "d"]), y)


@pytest.fixture
def workspace(tmp_path):
    return tmp_path / "prle.h5"


def rows_of(model):
    return pd.DataFrame(model._material.values, columns=model._material.names)


def test_a_regressor_comes_back_whole(regressor, workspace):
    regressor.save(workspace)
    again, rows = PRLERegressor.load(str(workspace)), rows_of(regressor)
    np.testing.assert_array_equal(again.predict(rows), regressor.predict(rows))
    np.testing.assert_array_equal(again.anchors_, regressor.anchors_)
    np.testing.assert_array_equal(again.feature_names_in_, ["a b", "c", "d"])
    assert again.get_params() == regressor.get_params()
    assert again.config_ == regressor.config_
    assert again.validation_ == regressor.validation_
    assert again.history_ == regressor.history_
    assert again.n_features_in_ == 3
    ours, theirs = regressor.explain(rows[:3]), again.explain(rows[:3])
    for name, value in vars(ours).items():
        np.testing.assert_array_equal(value, getattr(theirs, name))


@pytest.mark.parametrize("numeric", ["piecewise", "quantile", "standard", None])
def test_what_came_back_can_be_saved_again_to_the_same_bytes(numeric, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    X, y = numbers()
    first, second = tmp_path / "first" / "x.h5", tmp_path / "second" / "x.h5"
    for path in (first, second):
        path.parent.mkdir()
    PRLERegressor(**QUICK, numeric=numeric).fit(X, y).save(first)
    again = PRLERegressor.load(first)
    assert not hasattr(again, "feature_names_in_")
    again.save(second)
    with open_workspace(first) as one, open_workspace(second) as two:
        assert one.identity == two.identity
        ours, theirs = one.model("default"), two.model("default")
        assert (ours.config, ours.summary, ours.history) == (theirs.config, theirs.summary, theirs.history)
        assert ours.arrays.keys() == theirs.arrays.keys()
        for name, array in ours.arrays.items():
            np.testing.assert_array_equal(array, theirs.arrays[name])
    assert first.read_bytes() == second.read_bytes()
    assert info(second).models[0].prototypes == 6


@pytest.mark.parametrize(
    "labels", [[3, 7], ["b", "a", "ç<>"], [True, False], [1.0, 2.0], np.array(["yes", "no"], object)], ids=str
)
def test_classes_come_back_in_their_words(labels, workspace):
    X, y = classes(labels)
    model = PRLEClassifier(**QUICK).fit(X, y)
    model.save(workspace)
    again = PRLEClassifier.load(workspace)
    assert again.classes_.dtype.kind == model.classes_.dtype.kind
    np.testing.assert_array_equal(again.classes_, model.classes_)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_commands_answer_from_what_was_saved(regressor, workspace):
    regressor.save(workspace, name="mine")
    report = info(workspace)
    assert (report.fields, report.rows) == (("a b", "c", "d"), {"train": 108, "validation": 12})
    assert [(model.name, model.stale) for model in report.models] == [("mine", None)]
    rows = rows_of(regressor)
    cells = json.dumps({"a b": "0.5", "c": "4500", "d": "3"})
    (predicted,) = predict_texts(workspace, [(cells,)], PredictRequest(name="mine")).predictions
    row = pd.DataFrame([[0.5, 4500.0, 3.0]], columns=rows.columns)
    assert predicted.prediction == pytest.approx(regressor.predict(row)[0], rel=1e-5)
    explained = explain_row(workspace, "train", 0, ExplainRequest(name="mine"))
    place = regressor._material.places["train"][0]
    assert explained.prediction == pytest.approx(regressor.predict(rows[place : place + 1])[0], rel=1e-5)
    shown = {share.prototype: share for share in explained.prototypes}
    parts = regressor.explain(rows[place : place + 1])
    loudest = int(parts.weights[0].argmax())
    assert shown[loudest].weight == pytest.approx(parts.weights[0, loudest], rel=1e-5)
    assert shown[loudest].anchor.label == parts.anchor_labels[loudest]


def test_one_file_may_hold_several(regressor, workspace):
    regressor.save(workspace)
    rows = rows_of(regressor)
    labels = regressor._material.labels
    other = PRLERegressor(**{**QUICK, "prototypes": 3}).fit(rows, labels)
    other.save(workspace, name="small")
    assert len(PRLERegressor.load(workspace).anchors_) == 6
    assert len(PRLERegressor.load(workspace, name="small").anchors_) == 3
    other.fit(rows[:60], labels[:60]).save(workspace, name="small")
    with pytest.raises(WorkspaceError, match="model default is stale"):
        PRLERegressor.load(workspace)


def test_what_is_none_of_its_own_is_refused(regressor, workspace):
    with pytest.raises(WorkspaceError, match="does not exist"):
        PRLERegressor.load(workspace)
    regressor.save(workspace)
    with pytest.raises(WorkspaceError, match="expected one that PRLEClassifier saved, got one of PRLERegressor"):
        PRLEClassifier.load(workspace)
    fit(workspace, resolve(None, {"prototypes.count": 4, "train.epochs": 1, "value_space.enabled": False}), name="cli")
    with pytest.raises(WorkspaceError, match="got one of a command"):
        PRLERegressor.load(workspace, name="cli")


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {}},
        {"parameters": None},
        {"labels": {"values": ["a"], "dtype": "<U99999999"}},
        {"labels": {"values": ["a"], "dtype": "nonsense"}},
        {"labels": [1]},
        {"labels": {"values": ["a"], "dtype": "O"}},
        {"named": None, "parameters": 3},
    ],
    ids=str,
)
def test_a_record_that_does_not_fit_is_refused(regressor, workspace, change):
    regressor.save(workspace)
    with open_workspace(workspace) as opened:
        stored = opened.model("default")
    summary = {**stored.summary, RECORD: {**stored.summary[RECORD], **change}}
    save_model(workspace, type(stored)(**{**vars(stored), "summary": summary}))
    with pytest.raises(WorkspaceError, match="does not fit together"):
        PRLERegressor.load(workspace)


def test_rows_that_are_not_those_of_an_array_are_refused(regressor, workspace):
    regressor.save(workspace)
    with open_workspace(workspace) as opened:
        stored = opened.model("default")
    arrays = {**stored.arrays, "rows/train": np.asarray(stored.arrays["rows/train"]) + 1}
    save_model(workspace, type(stored)(**{**vars(stored), "arrays": arrays}))
    with pytest.raises(WorkspaceError, match="its rows are not those of an array"):
        PRLERegressor.load(workspace)


def test_what_has_no_plain_form_is_not_saved(workspace):
    X, y = numbers()
    model = PRLERegressor(**QUICK, settings={"router.temperature": 5.0}).fit(X, y)
    model.settings = {"router.temperature": 1j}
    with pytest.raises(InputError, match="have to be plain numbers and words"):
        model.save(workspace)
    assert not workspace.exists()


def test_a_drawn_seed_is_not_kept_as_a_parameter_but_as_a_setting(workspace):
    X, y = numbers()
    model = PRLERegressor(**QUICK, random_state=np.random.RandomState(4)).fit(X, y)
    model.save(workspace)
    again = PRLERegressor.load(workspace)
    assert again.random_state is None
    assert again.config_.train.seed == model.config_.train.seed


def test_names_that_look_like_numbers_of_columns_are_names(workspace):
    X, y = numbers()
    PRLERegressor(**QUICK).fit(pd.DataFrame(X, columns=["x0", "x1", "x2"]), y).save(workspace)
    np.testing.assert_array_equal(PRLERegressor.load(workspace).feature_names_in_, ["x0", "x1", "x2"])


def test_a_name_that_cannot_be_used_leaves_no_file(regressor, workspace):
    with pytest.raises(UsageError, match="model name"):
        regressor.save(workspace, name="../x")
    assert not workspace.exists()


def test_something_else_is_not_overwritten(regressor, workspace):
    workspace.write_text("my notes")
    with pytest.raises(PrleError):
        regressor.save(workspace)
    assert workspace.read_text() == "my notes"
