"""Attention begins as scaled cosine routing, is tied to where prototypes stand, and learns what near means."""

import numpy as np
import pytest

from prle.arrays.geometry import cosine_distances, softmax
from prle.config import RouterConfig
from prle.errors import UsageError
from prle.models.labels.routers import ROUTERS, AttentionRouter, SoftmaxRouter, Spaces


def spaces(rows, seed, width=8):
    points = np.random.default_rng(seed).normal(size=(rows, width)).astype(np.float32)
    return Spaces(retrieval=points, value=points)


def start(router, inputs, prototypes):
    return router.start(inputs, prototypes, np.random.default_rng(0))


def test_one_head_of_all_axes_begins_as_scaled_cosine_routing():
    inputs, prototypes = spaces(50, 0), spaces(5, 1)
    router = AttentionRouter(heads=1, head_width=8, temperature=6.0)
    parameters = start(router, inputs, prototypes)
    centre = inputs.retrieval.mean(axis=0)
    far = cosine_distances(inputs.retrieval - centre, prototypes.retrieval - centre)
    expected = softmax(-6.0 * far / far.min(axis=1).mean())
    np.testing.assert_allclose(router(parameters, inputs, prototypes, None), expected, rtol=1e-3, atol=1e-5)


def test_heads_look_along_axes_of_their_own_and_are_averaged():
    inputs, prototypes = spaces(50, 0), spaces(5, 1)
    router = AttentionRouter(heads=2, head_width=4)
    parameters = start(router, inputs, prototypes)
    assert parameters["query"].shape == (2, 8, 4)
    np.testing.assert_allclose(parameters["query"][0].T @ parameters["query"][1], 0.0, atol=1e-5)
    alone = [
        router(
            {**parameters, **{name: parameters[name][[head]] for name in ("query", "key", "position", "spacing")}},
            inputs,
            prototypes,
            None,
        )
        for head in range(2)
    ]
    np.testing.assert_allclose(router(parameters, inputs, prototypes, None), np.mean(alone, axis=0), rtol=1e-5)


@pytest.mark.parametrize(("width", "shape"), [(3, (3, 3, 1)), (20, (4, 20, 5)), (1, (1, 1, 1))])
def test_few_features_make_fewer_or_smaller_heads(width, shape):
    inputs, prototypes = spaces(30, 0, width), spaces(4, 1, width)
    router = AttentionRouter(heads=4, head_width=32)
    assert start(router, inputs, prototypes)["query"].shape == shape


def test_a_single_prototype_gets_everything():
    inputs, prototypes = spaces(9, 0), spaces(1, 1)
    router = AttentionRouter()
    np.testing.assert_allclose(router(start(router, inputs, prototypes), inputs, prototypes, None), 1.0)


def test_temperatures_learn_ten_times_as_fast_as_the_maps():
    router = ROUTERS["attention"](RouterConfig(kind="attention", temperature=5.0, heads=2))
    assert (router.rate, router.rates["position"], router.heads) == (1.0, 10.0, 2)


def test_settings_out_of_range_are_refused():
    with pytest.raises(UsageError, match=r"router\.heads: expected at least 1, got 0"):
        AttentionRouter(heads=0)
    with pytest.raises(UsageError, match=r"router\.temperature: expected between 1 and 100, got 0\.5"):
        AttentionRouter(temperature=0.5)


def test_cosine_softmax_ignores_how_long_a_vector_is():
    inputs, prototypes = spaces(20, 0), spaces(4, 1)
    router = SoftmaxRouter(distance="cosine")
    parameters = start(router, inputs, prototypes)
    longer = Spaces(retrieval=3.0 * inputs.retrieval, value=inputs.value)
    ours, theirs = (router(parameters, each, prototypes, None) for each in (inputs, longer))
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)
    far = cosine_distances(inputs.retrieval, prototypes.retrieval)
    np.testing.assert_allclose(ours, softmax(-10.0 * far / far.min(axis=1).mean()), rtol=1e-4, atol=1e-6)
