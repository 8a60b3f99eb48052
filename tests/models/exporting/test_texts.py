"""A graph of texts says what the model says: whoever is routed by whatever, and with every kind of maps."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from prle.arrays.geometry import unit
from prle.models.exporting.operators import new_graph
from prle.models.exporting.texts import Exported, trace_answers
from prle.models.texts.experts import mapped
from prle.models.texts.model import AnswerModel
from prle.models.texts.routers import Asked, ExemplarRouting
from tests.models.texts.routers.test_routings import EXEMPLAR, KINDS, NEAR, OWNER, QUESTIONS

RNG = np.random.default_rng(3)
TEXTS = unit(RNG.normal(size=(9, 6))).astype(np.float32)
FOUR = {
    "shared": RNG.normal(size=(6, 6)).astype(np.float32),
    "scale": RNG.normal(size=4).astype(np.float32),
    "left": RNG.normal(size=(6, 5)).astype(np.float32),
    "right": RNG.normal(size=(5, 6)).astype(np.float32),
    "owner": np.array([0, 1, 4, 3, 0]),
    "offset": RNG.normal(size=(4, 6)).astype(np.float32),
}
ONE = {name: FOUR[name] for name in ("shared", "left", "right")} | {
    "scale": FOUR["scale"][:1],
    "owner": np.ones(5, int),
}
PLACES = {"group": ("a", "b", "c", "d"), "path": ("x", "x > y", "z")}


def run(model, vectors, places=(), number=None):
    graph = new_graph()
    trace_answers(graph, model, Exported(width=6, texts=model.texts(TEXTS), places=places))
    session = onnxruntime.InferenceSession(graph.bytes(about="a test", properties={}))
    fed = {"vectors": vectors} | ({} if number is None else {"place": number})
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, fed), strict=True))


@pytest.mark.parametrize("shrinkage", [0.0, 0.5])
@pytest.mark.parametrize("name", KINDS)
def test_graph_and_model_agree(name, shrinkage):
    vectors = RNG.normal(size=(7, 6)).astype(np.float32)
    model = AnswerModel(routing=KINDS[name], maps=ONE if name == "global" else FOUR, shrinkage=shrinkage)
    places, number, asked = PLACES.get(name, ()), None, Asked(vectors=vectors)
    if places:
        number = np.array([0, 1, 2, -1, 1, -1, 0])
        filed = tuple("" if each < 0 else places[each] for each in number)
        asked = Asked(vectors=vectors, groups=filed, paths=filed)
    theirs = run(model, vectors, places, number)
    weights = model.weights(asked)
    np.testing.assert_allclose(theirs["responsibilities"], weights, atol=1e-5)
    np.testing.assert_allclose(theirs["vector"], model.vectors(asked), atol=1e-5)
    np.testing.assert_allclose(theirs["scores"], model.vectors(asked) @ TEXTS.T, atol=1e-5)
    length = np.linalg.norm(mapped(model.maps, vectors, weights), axis=1)
    np.testing.assert_allclose(theirs["contributions"].sum(axis=1), length, rtol=1e-5)
    np.testing.assert_allclose(theirs["length"], length, rtol=1e-5)


def test_a_cluster_adds_what_is_missing_without_it():
    vectors = RNG.normal(size=(5, 6)).astype(np.float32)
    model = AnswerModel(routing=NEAR, maps=FOUR)
    added = run(model, vectors)["contributions"]
    weights = NEAR.over(vectors)
    whole = mapped(FOUR, vectors, weights)
    without = weights.copy()
    without[:, 3] = 0.0
    missing = np.sum((whole - mapped(FOUR, vectors, without)) * unit(whole), axis=1)
    np.testing.assert_allclose(added[:, 3], missing, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("second", [False, True])
def test_questions_that_weigh_more_do_so_in_the_graph(second):
    importance = np.linspace(0.01, 1.0, len(QUESTIONS))
    settings = {"questions": QUESTIONS, "owner": OWNER, "count": 4, "temperature": 0.1}
    routing = ExemplarRouting(**settings, importance=importance, second_softmax=second)
    vectors = RNG.normal(size=(7, 6)).astype(np.float32)
    found = run(AnswerModel(routing=routing, maps=FOUR), vectors)["responsibilities"]
    np.testing.assert_allclose(found, routing(Asked(vectors=vectors)), atol=1e-5)
    assert np.abs(found - EXEMPLAR(Asked(vectors=vectors))).max() > 0.01


def test_only_some_speak_where_only_some_may():
    few = type(NEAR)(centroids=NEAR.centroids, temperature=0.1, speakers=2)
    vectors = RNG.normal(size=(7, 6)).astype(np.float32)
    found = run(AnswerModel(routing=few, maps=FOUR), vectors)["responsibilities"]
    assert ((found > 0).sum(axis=1) == 2).all()
    np.testing.assert_allclose(found, few.over(vectors), atol=1e-5)
