"""A graph of numbers and classes says what the model says, for every strategy and for committees."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from prle.config import EXPERT_CHOICES, PROJECTION_CHOICES, ROUTER_CHOICES, resolve
from prle.models.exporting.labels import trace_predictor
from prle.models.exporting.operators import new_graph
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.predictor import Predictor
from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.labels.training.start import start
from tests.conftest import make_world
from tests.models.labels.test_model import fresh


def run(predictor, sentences):
    graph = new_graph()
    trace_predictor(graph, predictor)
    session = onnxruntime.InferenceSession(graph.bytes(about="a test", properties={}))
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"vectors": sentences}), strict=True))


def strategies():
    """Every strategy once, beside the usual others."""
    for sentences in (1, 2):
        for projection in PROJECTION_CHOICES:
            if (projection, sentences) != ("siamese", 1):
                yield sentences, projection, "softmax", "linear"
        yield from ((sentences, "identity", router, "linear") for router in ROUTER_CHOICES)
        yield from ((sentences, "identity", "softmax", experts) for experts in EXPERT_CHOICES)


def varied(parameters, seed):
    rng = np.random.default_rng(seed)
    return {
        part: {
            name: array + 0.1 * rng.normal(size=array.shape).astype(np.float32) if name.startswith("own_") else array
            for name, array in arrays.items()
        }
        for part, arrays in parameters.items()
    }


@pytest.mark.parametrize(("sentences", "projection", "router", "experts"), sorted(set(strategies())))
def test_graph_and_model_agree(sentences, projection, router, experts):
    world = make_world(rows=120, sentences=sentences)
    settings = {"value_space.projection": projection, "router.kind": router, "experts.kind": experts}
    model, begin = fresh(world, **settings)
    predictor = Predictor(model, [begin.parameters], NumberTarget.measured(world.labels), np.arange(5))
    ours, theirs = predictor.answer(world.sentences[:9]), run(predictor, world.sentences[:9])
    np.testing.assert_allclose(theirs["responsibilities"], ours.weights, atol=2e-4)
    np.testing.assert_allclose(theirs["contributions"], ours.contributions, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(theirs["prediction"], ours.predictions, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(theirs["contributions"].sum(axis=1), theirs["prediction"], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("combine", ["probabilities", "logits"])
@pytest.mark.parametrize("experts", EXPERT_CHOICES)
def test_graph_and_model_of_classes_agree(experts, combine):
    world = make_world(rows=120, sentences=1)
    codes = np.digitize(world.labels, np.quantile(world.labels, [0.4, 0.7])).astype(float)
    overrides = {"prototypes.count": 5, "value_space.dim": 8, "experts.kind": experts, "experts.combine": combine}
    config = settle(resolve(None, overrides), RowKind(sentences=1, target="multiclass"))
    target = ClassTarget(names=("low", "middle", "high"), combination=combine)
    parameters = start(assemble(config), config, target, world.sentences, codes).parameters
    predictor = Predictor(assemble(config), [varied(parameters, 1)], target, np.arange(5))
    theirs = run(predictor, world.sentences[:9])
    np.testing.assert_allclose(theirs["probabilities"], predictor.predict(world.sentences[:9]), atol=1e-5)
    np.testing.assert_allclose(theirs["contributions"], predictor.answer(world.sentences[:9]).contributions, atol=1e-4)
    np.testing.assert_allclose(theirs["probabilities"].sum(axis=1), 1.0, atol=1e-5)


def test_members_are_averaged_as_in_the_model(pairs):
    model, begin = fresh(pairs)
    members = [varied(begin.parameters, 1), varied(begin.parameters, 2)]
    predictor = Predictor(model, members, NumberTarget.measured(pairs.labels), np.arange(5))
    ours, theirs = predictor.answer(pairs.sentences[:20]), run(predictor, pairs.sentences[:20])
    np.testing.assert_allclose(theirs["prediction"], ours.predictions, rtol=1e-4)
    np.testing.assert_allclose(theirs["contributions"], ours.contributions, atol=1e-3)


def test_one_row_and_many_are_answered_alike(pairs):
    model, begin = fresh(pairs)
    predictor = Predictor(model, [begin.parameters], NumberTarget.measured(pairs.labels), np.arange(5))
    whole = run(predictor, pairs.sentences[:50])["prediction"]
    single = run(predictor, pairs.sentences[:1])["prediction"]
    np.testing.assert_allclose(single, whole[:1], rtol=1e-5)
