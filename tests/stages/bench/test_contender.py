import numpy as np
import pytest

from prle.arrays.geometry import effective_count
from prle.stages.bench.methods.ablations import one_expert
from prle.stages.bench.methods.contender import fit_contender, load_contender
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace


def test_a_stored_model_predicts_what_predict_says(workspace):
    with open_workspace(workspace) as opened:
        contender = load_contender(opened, "default")
        ours = contender.predict(opened.embeddings("test"))
    theirs = [each.prediction for each in predict_split(workspace, "test").predictions]
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert contender.prototypes == 6
    assert contender.fit_seconds > 0


def test_one_expert_speaks_alone_and_is_not_stored(workspace):
    before = workspace.read_bytes()
    with open_workspace(workspace) as opened:
        alone = fit_contender(opened, one_expert(load_contender(opened, "default").config))
        answer = alone.predictor.answer(opened.embeddings("test"))
    assert alone.prototypes == 1
    np.testing.assert_allclose(answer.weights, 1.0)
    assert workspace.read_bytes() == before


def test_the_same_settings_fitted_again_are_the_same_model(workspace):
    with open_workspace(workspace) as opened:
        stored = load_contender(opened, "default")
        again = fit_contender(opened, stored.config)
        rows = opened.embeddings("test")
    np.testing.assert_array_equal(again.predict(rows), stored.predict(rows))


def test_routing_counts_who_speaks(workspace):
    with open_workspace(workspace) as opened:
        contender = load_contender(opened, "default")
        rows = opened.embeddings("test")
    weights = contender.predictor.answer(rows).weights
    routing = contender.routing(rows)
    assert routing.effective_experts == pytest.approx(float(np.mean(effective_count(weights))))
    assert routing.prototypes_in_use == len(set(weights.argmax(axis=1).tolist()))


def test_routing_does_not_depend_on_the_size_of_a_block(workspace, monkeypatch):
    with open_workspace(workspace) as opened:
        contender = load_contender(opened, "default")
        rows = opened.embeddings("test")
    whole = contender.routing(rows)
    monkeypatch.setattr("prle.models.labels.predictor.ROWS_AT_A_TIME", 7)
    assert contender.routing(rows) == pytest.approx(whole)
