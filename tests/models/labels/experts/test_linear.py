"""One shared model, and small differences along a few axes."""

import numpy as np
import pytest

from prle.errors import UsageError
from prle.models.labels.experts import Ground, LinearExperts, Prior
from prle.models.labels.experts.linear import principal_axes

PRIOR = Prior(weight=np.array([[1.0, 2.0]], np.float32), bias=np.array([0.5], np.float32))


def ground(prior, count):
    width = prior.weight.shape[1]
    return Ground(
        prior=prior,
        inputs=np.random.default_rng(3).normal(size=(20, width)),
        prototypes=np.zeros((count, width)),
        labels=np.zeros((count, len(prior.bias))),
    )


def test_every_expert_starts_as_the_prior():
    parameters = LinearExperts().start(ground(PRIOR, 3), np.random.default_rng(0))
    outputs = LinearExperts()(parameters, np.array([[1.0, 1.0], [0.0, 2.0]], np.float32), None)
    np.testing.assert_allclose(outputs, [[[3.5]] * 3, [[4.5]] * 3])


def test_own_parts_by_hand():
    parameters = LinearExperts().start(ground(PRIOR, 2), np.random.default_rng(0))
    parameters |= {"axes": np.array([[0.0, 1.0], [1.0, 0.0]]), "centre": np.array([0.5, 0.0])}
    parameters["own_weight"][1] = [[10.0, 100.0]]
    parameters["own_bias"][0] = [-1.0]
    outputs = LinearExperts()(parameters, np.array([[1.0, 1.0]], np.float32), None)
    np.testing.assert_allclose(outputs, [[[2.5], [3.5 + 10.0 + 50.0]]])


def test_several_targets_keep_their_places():
    prior = Prior(weight=np.eye(3, 4, dtype=np.float32), bias=np.arange(3, dtype=np.float32))
    parameters = LinearExperts(rank=2).start(ground(prior, 5), np.random.default_rng(0))
    own = np.random.default_rng(1).normal(size=(5, 3, 2)).astype(np.float32)
    parameters["own_weight"] = own
    value = np.random.default_rng(2).normal(size=(7, 4)).astype(np.float32)
    along = (value - parameters["centre"]) @ parameters["axes"].T
    expected = (value @ prior.weight.T + prior.bias)[:, None] + np.einsum("br,ptr->bpt", along, own)
    np.testing.assert_allclose(LinearExperts()(parameters, value, None), expected, rtol=1e-4, atol=1e-5)


def test_axes_are_the_widest_directions():
    points = np.random.default_rng(0).normal(size=(500, 3)) * [0.1, 5.0, 1.0] + 7.0
    centre, axes = principal_axes(points, 2)
    np.testing.assert_allclose(centre, points.mean(axis=0))
    np.testing.assert_allclose(np.abs(axes), [[0, 1, 0], [0, 0, 1]], atol=0.05)
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-12)
    assert principal_axes(points, 9)[1].shape == (3, 3)


def test_solved_parts_are_no_gradients_business():
    assert LinearExperts(solved=True).fixed - LinearExperts().fixed == {"own_weight", "own_bias"}


def test_a_rank_is_at_least_one():
    with pytest.raises(UsageError, match=r"experts\.rank: expected at least 1, got 0"):
        LinearExperts(rank=0)
