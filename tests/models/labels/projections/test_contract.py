"""The contract of every projection: a value per input, repeatable, and dead features harm nobody."""

import numpy as np
import pytest
import torch

from prle.config import PROJECTION_CHOICES, ValueSpaceConfig
from prle.models.labels.projections import PROJECTIONS, Points
from prle.models.labels.retrieval import RetrievalSpace
from prle.models.labels.training.noise import TorchNoise
from tests.conftest import make_world

CONFIG = ValueSpaceConfig(dim=6, frequencies=20, dropout=0.5, input_dropout=0.3)


def begin(name, sentences=2, seed=0, rows=80):
    world = make_world(rows=rows, sentences=sentences)
    space = RetrievalSpace()
    fixed = space.start(world.sentences)
    points = Points(sentences=world.sentences, retrieval=space(fixed, world.sentences))
    projection = PROJECTIONS[name](CONFIG)
    return projection, projection.start(points, fixed, np.random.default_rng(seed)), points


def test_registry_is_the_list_of_names():
    assert tuple(PROJECTIONS) == PROJECTION_CHOICES


@pytest.mark.parametrize("name", PROJECTIONS)
def test_start_is_float32_finite_and_follows_the_seed(name):
    projection, parameters, points = begin(name)
    _, again, _ = begin(name)
    for key, array in parameters.items():
        assert array.dtype == np.float32, key
        assert np.isfinite(array).all(), key
        np.testing.assert_array_equal(array, again[key])
    value = projection(parameters, points, None)
    assert value.shape[0] == len(points.retrieval)
    assert np.isfinite(value).all()


@pytest.mark.parametrize("name", PROJECTIONS)
def test_rows_do_not_see_each_other(name):
    projection, parameters, points = begin(name)
    few = Points(sentences=points.sentences[3:5], retrieval=points.retrieval[3:5])
    np.testing.assert_allclose(
        projection(parameters, few, None), projection(parameters, points, None)[3:5], rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("name", PROJECTIONS)
def test_gradients_reach_what_is_learned(name):
    projection, parameters, points = begin(name)
    tensors = {
        key: torch.from_numpy(array).requires_grad_(key not in projection.fixed) for key, array in parameters.items()
    }
    learned = [key for key in tensors if key not in projection.fixed]
    if not learned:
        pytest.skip("nothing to learn")
    inputs = Points(sentences=torch.from_numpy(points.sentences), retrieval=torch.from_numpy(points.retrieval))
    noise = TorchNoise(torch.Generator().manual_seed(0))
    projection(tensors, inputs, noise).square().sum().backward()
    assert all(tensors[key].grad is not None and torch.isfinite(tensors[key].grad).all() for key in learned)
    assert any(tensors[key].grad.abs().sum() > 0 for key in learned)
