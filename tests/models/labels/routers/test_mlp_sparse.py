"""The factored network equals the plain one, and noise exists only while fitting."""

import numpy as np
import pytest
import torch

from prle.arrays.geometry import distances, softmax
from prle.errors import UsageError
from prle.models.labels.routers import Spaces, SparseMLPRouter
from prle.models.labels.training.noise import TorchNoise


@pytest.fixture
def world():
    rng = np.random.default_rng(0)
    inputs, prototypes = (rng.normal(size=(rows, 5)).astype(np.float32) for rows in (7, 3))
    return Spaces(retrieval=inputs, value=inputs), Spaces(retrieval=prototypes, value=prototypes)


def test_starts_as_a_softmax_over_value_distances(world):
    inputs, prototypes = world
    router = SparseMLPRouter(slope=4.0)
    parameters = router.start(inputs, prototypes, np.random.default_rng(0))
    far = distances(inputs.value, prototypes.value)
    expected = softmax(-4.0 * far / far.min(axis=1).mean())
    np.testing.assert_allclose(router(parameters, inputs, prototypes, None), expected, rtol=1e-4)


def test_factored_equals_one_pair_at_a_time(world):
    inputs, prototypes = world
    router = SparseMLPRouter(hidden=3)
    rng = np.random.default_rng(1)
    started = router.start(inputs, prototypes, rng)
    q = {name: rng.normal(size=array.shape) for name, array in started.items()} | {"spacing": np.asarray(0.8)}
    scores = router.scores(q, inputs.value, prototypes.value)
    for row, place in enumerate(inputs.value):
        for column, prototype in enumerate(prototypes.value):
            x, p = (place - q["centre"]) * q["scale"], (prototype - q["centre"]) * q["scale"]
            d = np.linalg.norm(place - prototype) / 0.8
            features = np.concatenate([x, p, np.abs(x @ q["reduction"] - p @ q["reduction"]), [d]])
            layer = np.concatenate(
                [q["from_input"], q["from_prototype"], q["from_difference"], q["from_distance"][None]]
            )
            expected = np.maximum(features @ layer + q["bias"], 0.0) @ q["out"] - q["slope"] * d
            np.testing.assert_allclose(scores[row, column], expected, rtol=1e-4, atol=1e-4)


def test_noise_only_while_fitting(world):
    inputs, prototypes = (
        Spaces(retrieval=torch.from_numpy(space.retrieval), value=torch.from_numpy(space.value)) for space in world
    )
    router = SparseMLPRouter()
    parameters = {
        name: torch.from_numpy(np.array(array))
        for name, array in router.start(*world, np.random.default_rng(0)).items()
    }
    noise = TorchNoise(torch.Generator().manual_seed(0))
    fitting = [router(parameters, inputs, prototypes, noise) for _ in range(2)]
    assert not torch.equal(*fitting)
    answering = [router(parameters, inputs, prototypes, None) for _ in range(2)]
    assert torch.equal(*answering)


def test_a_lower_gumbel_temperature_decides_harder(world):
    inputs, prototypes = world
    soft, hard = SparseMLPRouter(slope=2.0), SparseMLPRouter(slope=2.0, gumbel_temperature=0.1)
    parameters = soft.start(inputs, prototypes, np.random.default_rng(0))
    top = [router(parameters, inputs, prototypes, None).max(axis=1) for router in (soft, hard)]
    assert (top[1] > top[0]).all()


@pytest.mark.parametrize("wrong", [{"hidden": 0}, {"slope": 0.0}, {"gumbel_temperature": -1.0}])
def test_refuses_what_cannot_be(wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))):
        SparseMLPRouter(**wrong)
