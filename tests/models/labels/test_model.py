"""The forward pass: one implementation, two engines, and the sums that it promises."""

import numpy as np
import pytest
import torch

from prle.config import EXPERT_CHOICES, PROJECTION_CHOICES, ROUTER_CHOICES, resolve
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.labels.training.start import start
from tests.conftest import make_world


def fresh(world, **settings):
    config = settle(
        resolve(None, {"prototypes.count": 5, "value_space.dim": 8, **settings}),
        RowKind(sentences=world.sentences.shape[1]),
    )
    model = assemble(config)
    begin = start(model, config, NumberTarget.measured(world.labels), world.sentences, world.labels)
    rng = np.random.default_rng(1)
    for arrays in begin.parameters.values():
        for name, array in arrays.items():
            if name.startswith("own_"):
                arrays[name] = rng.normal(size=array.shape).astype(np.float32)
    return model, begin


def combinations():
    for sentences in (1, 2):
        for projection in PROJECTION_CHOICES:
            if projection == "siamese" and sentences == 1:
                continue
            for router in ROUTER_CHOICES:
                for experts in EXPERT_CHOICES:
                    yield pytest.param(sentences, projection, router, experts)


@pytest.mark.parametrize(("sentences", "projection", "router", "experts"), list(combinations()))
def test_engines_agree_and_sums_hold(sentences, projection, router, experts):
    world = make_world(rows=120, sentences=sentences)
    settings = {"value_space.projection": projection, "router.kind": router, "experts.kind": experts}
    model, begin = fresh(world, **settings)
    ours = model.forward(begin.parameters, world.sentences[:9])
    tensors = {
        part: {name: torch.from_numpy(np.asarray(a)) for name, a in arrays.items()}
        for part, arrays in begin.parameters.items()
    }
    theirs = model.forward(tensors, torch.from_numpy(world.sentences[:9]))
    for name in ("weights", "outputs", "prediction"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name).numpy(), rtol=2e-4, atol=2e-4)
    np.testing.assert_allclose(ours.weights.sum(axis=1), 1.0, atol=1e-5)
    assert (ours.weights >= 0).all()
    np.testing.assert_allclose(
        ours.prediction, np.einsum("bp,bpt->bt", ours.weights, ours.outputs), rtol=1e-4, atol=1e-5
    )
    assert ours.outputs.shape == (9, 5, 1)


@pytest.mark.parametrize("combine", ["probabilities", "logits"])
@pytest.mark.parametrize("experts", EXPERT_CHOICES)
def test_engines_agree_on_classes_and_sums_hold(experts, combine):
    world = make_world(rows=120, sentences=1)
    codes = np.digitize(world.labels, np.quantile(world.labels, [0.4, 0.7])).astype(float)
    overrides = {"prototypes.count": 5, "value_space.dim": 8, "experts.kind": experts, "experts.combine": combine}
    config = settle(resolve(None, overrides), RowKind(sentences=1, target="multiclass"))
    model, target = assemble(config), ClassTarget(names=("low", "middle", "high"), combination=combine)
    parameters = start(model, config, target, world.sentences, codes).parameters
    ours = model.forward(parameters, world.sentences[:9])
    tensors = {
        part: {name: torch.from_numpy(np.asarray(array)) for name, array in arrays.items()}
        for part, arrays in parameters.items()
    }
    theirs = model.forward(tensors, torch.from_numpy(world.sentences[:9]))
    np.testing.assert_allclose(ours.prediction, theirs.prediction.numpy(), rtol=2e-4, atol=2e-4)
    np.testing.assert_allclose(ours.prediction, np.einsum("bp,bpt->bt", ours.weights, ours.outputs), atol=1e-5)
    shares = target.reported(ours.prediction)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-5)
    if combine == "probabilities":
        np.testing.assert_allclose(ours.outputs.sum(axis=2), 1.0, atol=1e-5)


def test_swapping_the_sentences_changes_nothing(pairs):
    model, begin = fresh(pairs)
    ours = model.forward(begin.parameters, pairs.sentences[:20]).prediction
    swapped = model.forward(begin.parameters, pairs.sentences[:20, ::-1]).prediction
    np.testing.assert_allclose(ours, swapped, rtol=1e-5)


@pytest.mark.parametrize("router", ROUTER_CHOICES)
def test_permuting_the_prototypes_permutes_the_weights(world, router):
    model, begin = fresh(world, **{"router.kind": router})
    order = np.array([3, 0, 4, 1, 2])
    ours = model.forward(begin.parameters, world.sentences[:20])
    begin.parameters["prototypes"]["vectors"] = begin.parameters["prototypes"]["vectors"][order]
    theirs = model.forward(begin.parameters, world.sentences[:20])
    np.testing.assert_allclose(ours.weights[:, order], theirs.weights, rtol=1e-4, atol=1e-6)


def test_answering_is_deterministic(world):
    model, begin = fresh(world)
    ours = [model.forward(begin.parameters, world.sentences[:20]).prediction for _ in range(2)]
    np.testing.assert_array_equal(*ours)
