"""The contract of every expert, and of every place where experts may start."""

import numpy as np
import pytest
import torch

from prle.config import EXPERT_CHOICES, ExpertConfig
from prle.models.labels.experts import EXPERTS, Ground, Prior

WIDTH, COUNT, TARGETS = 6, 4, 2


@pytest.fixture
def ground():
    rng = np.random.default_rng(0)
    return Ground(
        prior=Prior(
            weight=rng.normal(size=(TARGETS, WIDTH)).astype(np.float32),
            bias=rng.normal(size=TARGETS).astype(np.float32),
        ),
        inputs=rng.normal(size=(30, WIDTH)).astype(np.float32),
        prototypes=rng.normal(size=(COUNT, WIDTH)).astype(np.float32),
        labels=rng.normal(size=(COUNT, TARGETS)),
    )


@pytest.fixture
def value():
    return np.random.default_rng(1).normal(size=(5, WIDTH)).astype(np.float32)


def stirred(name, ground):
    experts = EXPERTS[name](ExpertConfig(hidden=3))
    parameters = experts.start(ground, np.random.default_rng(0))
    rng = np.random.default_rng(2)
    return experts, {
        key: np.asarray(array + rng.normal(size=array.shape), np.float32) for key, array in parameters.items()
    }


def test_registry_is_the_list_of_names():
    assert tuple(EXPERTS) == EXPERT_CHOICES


@pytest.mark.parametrize("name", EXPERTS)
def test_every_expert_answers_every_input(name, ground, value):
    experts, parameters = stirred(name, ground)
    assert all(array.dtype == np.float32 for array in parameters.values())
    assert experts(parameters, value, None).shape == (5, COUNT, TARGETS)


@pytest.mark.parametrize("name", EXPERTS)
def test_reordering_what_experts_own_reorders_what_they_say(name, ground, value):
    experts, parameters = stirred(name, ground)
    order = np.array([2, 0, 3, 1])
    moved = {key: array[order] if key.startswith("own_") else array for key, array in parameters.items()}
    np.testing.assert_allclose(experts(moved, value, None), experts(parameters, value, None)[:, order], atol=1e-5)


@pytest.mark.parametrize("name", EXPERTS)
def test_a_gradient_reaches_every_parameter(name, ground, value):
    experts, parameters = stirred(name, ground)
    tensors = {key: torch.from_numpy(array).requires_grad_() for key, array in parameters.items()}
    experts(tensors, torch.from_numpy(value), None).square().sum().backward()
    assert experts.fixed < tensors.keys()
    assert all(tensor.grad.abs().sum() > 0 for key, tensor in tensors.items() if key not in experts.fixed)


@pytest.mark.parametrize("name", ["linear", "mlp"])
def test_starts_as_the_prior(name, ground, value):
    experts = EXPERTS[name](ExpertConfig())
    outputs = experts(experts.start(ground, np.random.default_rng(0)), value, None)
    expected = value @ ground.prior.weight.T + ground.prior.bias
    np.testing.assert_allclose(outputs, np.broadcast_to(expected[:, None], outputs.shape), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", EXPERTS)
def test_a_reading_adds_up_to_the_routed_sum(name, ground, value):
    experts, parameters = stirred(name, ground)
    weights = np.random.default_rng(3).dirichlet(np.ones(COUNT), size=5)
    double = {key: array.astype(np.float64) for key, array in parameters.items()}
    reading = experts.reading(double, value.astype(np.float64), weights)
    if reading is None:
        assert name == "mlp"
        return
    total = reading.baseline + reading.level + reading.shared.sum(axis=2) + reading.local.sum(axis=2)
    routed = np.einsum("bp,bpt->bt", weights, experts(double, value.astype(np.float64), None))
    np.testing.assert_allclose(total, routed, rtol=1e-9, atol=1e-9)
