"""The contract of every router, held with any prototypes that hypothesis thinks of."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.config import ROUTER_CHOICES, RouterConfig
from prle.models.labels.routers import ROUTERS, Spaces
from prle.models.labels.training.noise import TorchNoise


def spaces(rows, seed, width=4):
    rng = np.random.default_rng(seed)
    return Spaces(
        retrieval=rng.normal(size=(rows, width)).astype(np.float32),
        value=rng.normal(size=(rows, width + 1)).astype(np.float32),
    )


def begin(name, inputs, prototypes):
    router = ROUTERS[name](RouterConfig())
    parameters = router.start(inputs, prototypes, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    if "out" in parameters:
        parameters["out"] = rng.normal(size=parameters["out"].shape).astype(np.float32)
    return router, parameters


def test_registry_is_the_list_of_names():
    assert tuple(ROUTERS) == ROUTER_CHOICES


@pytest.mark.parametrize("name", ROUTERS)
@given(rows=st.integers(1, 9), count=st.integers(1, 7), seed=st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_rows_are_shares_and_prototypes_may_be_reordered(name, rows, count, seed):
    inputs, prototypes = spaces(rows, seed), spaces(count, seed + 1)
    router, parameters = begin(name, inputs, prototypes)
    weights = router(parameters, inputs, prototypes, None)
    assert weights.shape == (rows, count)
    assert (weights >= 0.0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-5)
    order = np.random.default_rng(seed).permutation(count)
    moved = Spaces(retrieval=prototypes.retrieval[order], value=prototypes.value[order])
    np.testing.assert_allclose(router(parameters, inputs, moved, None), weights[:, order], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", ROUTERS)
def test_gradients_are_finite_where_inputs_are_prototypes(name):
    inputs, prototypes = spaces(6, 0), spaces(3, 1)
    inputs.value[:3], inputs.retrieval[:3] = prototypes.value, prototypes.retrieval
    router, parameters = begin(name, inputs, prototypes)
    tensors = {key: torch.from_numpy(np.array(array)) for key, array in parameters.items()}
    learned = [tensor.requires_grad_() for key, tensor in tensors.items() if key not in router.fixed]
    places = Spaces(
        retrieval=torch.from_numpy(prototypes.retrieval).requires_grad_(),
        value=torch.from_numpy(prototypes.value).requires_grad_(),
    )
    known = Spaces(retrieval=torch.from_numpy(inputs.retrieval), value=torch.from_numpy(inputs.value))
    weights = router(tensors, known, places, TorchNoise(torch.Generator().manual_seed(0)))
    (weights * torch.arange(3.0)).sum().backward()
    for tensor in (*learned, places.retrieval, places.value):
        assert tensor.grad is None or torch.isfinite(tensor.grad).all()
    assert all(tensor.grad is not None for tensor in learned)
