"""Regimes of numbers, on the demo data."""

from __future__ import annotations

import re

import numpy as np
import pytest

from prle.config import resolve
from prle.models.labels.checkpoint import load
from prle.stages.fit.stage import fit
from prle.stages.info import RegimesRequest, find_regimes
from prle.stages.info.regimes import TYPICAL
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace
from tests.stages.conftest import QUICK


def test_means_and_errors_are_those_of_the_rows_that_a_prototype_dominates(workspace):
    report = find_regimes(workspace, RegimesRequest())
    predictions = predict_split(workspace, "validation").predictions
    said = np.array([[each.prediction, each.label] for each in predictions])
    filled = [regime for regime in report.regimes if regime.rows]
    for column, name in enumerate(("prediction", "label")):
        mean = sum(getattr(regime, name) * regime.rows for regime in filled) / len(predictions)
        np.testing.assert_allclose(mean, said[:, column].mean(), rtol=1e-5)
    error = np.sqrt(sum(regime.error**2 * regime.rows for regime in filled) / len(predictions))
    np.testing.assert_allclose(error, np.sqrt(np.mean((said[:, 0] - said[:, 1]) ** 2)), rtol=1e-5)
    assert all(len(regime.typical) == min(TYPICAL, regime.rows) for regime in report.regimes)


def test_shares_fall_and_anchors_are_training_rows(workspace):
    report = find_regimes(workspace, RegimesRequest())
    shares = [regime.share for regime in report.regimes]
    assert shares == sorted(shares, reverse=True)
    np.testing.assert_allclose(sum(shares), 1.0, rtol=1e-5)
    with open_workspace(workspace) as opened:
        for regime in report.regimes:
            assert regime.anchor.split == "train"
            assert regime.anchor.texts == opened.row_texts("train", regime.anchor.row)
    held = next(each for each in report.occupations if each.split == "validation")
    assert 1.0 <= held.effective <= report.prototypes
    assert report.seeds == report.agreement == ()
    assert report.alone is None


def test_words_that_set_a_regime_apart_are_counted_in_its_rows(workspace):
    report = find_regimes(workspace, RegimesRequest())
    with open_workspace(workspace) as opened:
        rows = [opened.row_texts("validation", row) for row in range(opened.splits["validation"])]
    every = [each for regime in report.regimes for each in regime.distinctions]
    assert every
    for each in every:
        words = [set(re.findall(r"\w+(?:['\u2019]\w+)*", " ".join(texts).lower())) for texts in rows]
        assert each.every == pytest.approx(np.mean([each.feature in found for found in words]))
    for regime in report.regimes:
        strengths = [abs(each.correlation) for each in regime.distinctions]
        assert strengths == sorted(strengths, reverse=True)


def test_a_prototype_of_a_voting_model_stands_for_the_rows_whose_voters_it_holds(workspace):
    fit(workspace, resolve(None, {**QUICK, "votes.voters": "examples", "votes.base": "kernel"}), name="votes")
    report = find_regimes(workspace, RegimesRequest(name="votes"))
    with open_workspace(workspace) as opened:
        votes = load(opened, "votes").predictor()
        weights = votes.weights(opened.embeddings("validation"))
    dominant = weights.argmax(axis=1)
    for regime in report.regimes:
        assert regime.share == pytest.approx(weights[:, regime.prototype].mean())
        assert regime.rows == int((dominant == regime.prototype).sum())
        assert regime.anchor.row == votes.anchors[regime.prototype]


def test_the_same_seed_agrees_with_itself(workspace, monkeypatch):
    """Every refit is given the same seed: the index of two equal partitions is 1."""
    from prle.stages.fit import labels as stage

    real = stage.fit_model

    def same(opened, config):
        return real(opened, config.model_copy(update={"train": config.train.model_copy(update={"seed": 0})}))

    monkeypatch.setattr(stage, "fit_model", same)
    report = find_regimes(workspace, RegimesRequest(seeds=2))
    np.testing.assert_allclose(report.agreement, [1.0])
