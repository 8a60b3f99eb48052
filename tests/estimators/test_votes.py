"""Estimators whose predictions are labels of the rows that they were fitted to."""

import json

import numpy as np
import pytest

from prle.estimators import PRLEClassifier, PRLERegressor
from prle.estimators.file import RECORD
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace, save_model
from tests.estimators.worlds import QUICK, classes, numbers

BASES = ("boosting", "linear", "mlp", "experts")
BOTH = pytest.mark.parametrize("kind", [PRLERegressor, PRLEClassifier])


def fitted(kind, base="linear", rows=120, **more):
    X, y = numbers(rows=rows) if kind is PRLERegressor else classes(["low", "middle", "high"], rows=rows)
    return kind(**{**QUICK, "voters": "examples", "base": base, **more}).fit(X, y), X, y


def answers(model, X):
    return model.predict_proba(X) if isinstance(model, PRLEClassifier) else model.predict(X)


@BOTH
@pytest.mark.parametrize("base", BASES)
def test_a_row_is_answered_alike_alone_and_in_company_and_twice(kind, base):
    model, X, y = fitted(kind, base)
    alone = np.concatenate([answers(model, X[row : row + 1]) for row in range(20)])
    np.testing.assert_allclose(answers(model, X)[:20], alone, rtol=0, atol=1e-9)
    again = kind(**model.get_params()).fit(X, y)
    np.testing.assert_array_equal(answers(again, X), answers(model, X))


@BOTH
def test_labels_of_the_voters_are_the_prediction(kind):
    model, X, y = fitted(kind, settings={"place.everyone": 0.0})
    parts = model.explain(X[:7])
    assert parts.voters.shape == parts.alphas.shape == (7, model.config_.place.neighbours)
    np.testing.assert_allclose(parts.alphas.sum(axis=1), 1.0, atol=1e-12)
    assert (np.diff(parts.alphas, axis=1) <= 0.0).all()
    labels = y if kind is PRLERegressor else (y[:, None] == model.classes_).astype(float)
    said = np.einsum("nk,nk...->n...", parts.alphas, labels[parts.voters])
    np.testing.assert_allclose(said, answers(model, X[:7]), rtol=1e-9)
    np.testing.assert_allclose(parts.contributions.sum(axis=1), parts.sums, rtol=1e-9)
    np.testing.assert_allclose(parts.weights.sum(axis=1), 1.0, atol=1e-12)
    assert parts.space == ("label units" if kind is PRLERegressor else "probabilities")
    one = parts[2]
    np.testing.assert_array_equal(one.voters, parts.voters[2:3])
    assert "row 2" in repr(one)


def test_only_rows_that_were_trained_on_vote():
    model, X, _ = fitted(PRLERegressor)
    voters = np.unique(model.explain(X).voters)
    assert set(voters.tolist()) <= set(model._material.places["train"].tolist())
    assert set(model.anchors_.tolist()) <= set(model._material.places["train"].tolist())
    anchors, _, _ = fitted(PRLERegressor, voters="prototypes")
    assert set(np.unique(anchors.explain(X).voters).tolist()) <= set(anchors.anchors_.tolist())
    experts, _, _ = fitted(PRLERegressor, voters="none", base="auto")
    assert experts.explain(X).voters is experts.explain(X).alphas is None


@BOTH
def test_what_was_saved_comes_back_and_is_a_workspace_like_any_other(kind, tmp_path):
    path = tmp_path / "prle.h5"
    model, X, _ = fitted(kind)
    model.save(path)
    again = kind.load(path)
    np.testing.assert_array_equal(answers(again, X), answers(model, X))
    assert again.get_params() == model.get_params()
    ours, theirs = model.explain(X[:3]), again.explain(X[:3])
    for name, value in vars(ours).items():
        np.testing.assert_array_equal(value, getattr(theirs, name))
    said = predict_split(path, "validation", PredictRequest()).predictions
    own = answers(model, X[model._material.places["validation"]])
    for each, row in zip(said, own, strict=True):
        told = each.prediction if kind is PRLERegressor else [each.probabilities[name] for name in model.classes_]
        np.testing.assert_allclose(told, row, rtol=1e-3, atol=1e-4)


def test_a_file_from_before_there_were_voters_has_none(tmp_path):
    path = tmp_path / "prle.h5"
    model, X, _ = fitted(PRLERegressor, voters="none", base="auto")
    model.save(path)
    with open_workspace(path) as opened:
        stored = opened.model("default")
    del stored.summary[RECORD]["parameters"]["voters"], stored.summary[RECORD]["parameters"]["base"]
    save_model(path, stored)
    again = PRLERegressor.load(path)
    assert (again.voters, again.base) == ("none", "auto")
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert json.dumps(again.get_params()) == json.dumps(model.get_params())
