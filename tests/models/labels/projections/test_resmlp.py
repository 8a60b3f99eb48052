"""The residual space starts as one hidden layer, and adds what its blocks say."""

import numpy as np
import pytest

from prle.config import ValueSpaceConfig
from prle.errors import UsageError
from prle.models.labels.projections import PROJECTIONS, Points, ResidualMLPProjection


def points(features):
    return Points(sentences=features[:, None, :], retrieval=features)


def test_by_hand():
    parameters = {
        "centre": np.array([1.0, 0.0]),
        "scale": np.array([1.0, 2.0]),
        "lift": np.eye(2),
        "bias": np.array([0.0, -3.0]),
        "enter_0": np.array([[1.0, -1.0], [0.0, 0.0]]),
        "bias_0": np.array([0.5, 0.0]),
        "leave_0": np.array([[10.0, 0.0], [0.0, 100.0]]),
    }
    # (3, 1) lifts to (2, -1); the block's relu(2.5, -2) = (2.5, 0) leaves as (25, 0); relu(27, -1) = (27, 0).
    value = ResidualMLPProjection(width=2)(parameters, points(np.array([[3.0, 1.0]])), None)
    np.testing.assert_allclose(value, [[27.0, 0.0]])


@pytest.mark.parametrize("depth", [1, 3])
def test_starts_as_one_hidden_layer(depth):
    features = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    projection = ResidualMLPProjection(width=4, depth=depth)
    parameters = projection.start(points(features), {}, np.random.default_rng(0))
    standard = (features - parameters["centre"]) * parameters["scale"]
    expected = np.maximum(standard @ parameters["lift"] + parameters["bias"], 0.0)
    np.testing.assert_array_equal(projection(parameters, points(features), None), expected)
    assert sum(name.startswith("enter") for name in parameters) == depth


def test_a_constant_feature_is_no_trouble():
    features = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)
    features[:, 1] = 7.0
    projection = ResidualMLPProjection(width=8)
    value = projection(projection.start(points(features), {}, np.random.default_rng(0)), points(features), None)
    assert np.isfinite(value).all()


def test_refuses_no_blocks():
    with pytest.raises(UsageError, match="at least 1, got 0"):
        ResidualMLPProjection(width=2, depth=0)


def test_depth_width_and_dropout_are_settings_that_reach_it():
    config = ValueSpaceConfig(dim=12, depth=3, dropout=0.25)
    assert PROJECTIONS["resmlp"](config) == ResidualMLPProjection(width=12, depth=3, dropout=0.25)
