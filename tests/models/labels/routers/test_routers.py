"""The contract of every router, and what each promises beyond it."""

import numpy as np
import pytest

from prle.config import RouterConfig
from prle.errors import UsageError
from prle.models.labels.routers import ROUTERS, KNNRouter, SoftmaxRouter, Spaces


def spaces(rows, seed=0, width=6):
    rng = np.random.default_rng(seed)
    return Spaces(retrieval=rng.normal(size=(rows, width)), value=rng.normal(size=(rows, width)))


def routed(router, inputs, prototypes):
    return router(router.start(inputs, prototypes, np.random.default_rng(0)), inputs, prototypes, None)


@pytest.mark.parametrize("name", ROUTERS)
@pytest.mark.parametrize("count", [1, 2, 8])
def test_rows_are_weights(name, count):
    inputs = spaces(30)
    weights = routed(ROUTERS[name](RouterConfig()), inputs, spaces(count, seed=1))
    assert weights.shape == (30, count)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-9)


@pytest.mark.parametrize("name", ROUTERS)
def test_identical_inputs_and_prototypes_do_not_break(name):
    same = Spaces(retrieval=np.ones((4, 3)), value=np.ones((4, 3)))
    weights = routed(ROUTERS[name](RouterConfig()), same, same)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)


def test_softmax_sharpens_with_temperature():
    inputs, prototypes = spaces(30), spaces(5, seed=1)
    heaviest = [
        routed(SoftmaxRouter(temperature=tau), inputs, prototypes).max(axis=1).mean() for tau in (1.5, 5.0, 50.0)
    ]
    assert heaviest == sorted(heaviest)
    assert heaviest[0] < 0.6 < heaviest[2]


def test_softmax_does_not_care_about_the_unit_of_length():
    inputs, prototypes = spaces(30), spaces(5, seed=1)
    larger = [Spaces(retrieval=1000.0 * each.retrieval, value=each.value) for each in (inputs, prototypes)]
    router = SoftmaxRouter()
    np.testing.assert_allclose(routed(router, *larger), routed(router, inputs, prototypes), rtol=1e-5)


@pytest.mark.parametrize("temperature", [1.5, 10.0, 90.0])
def test_softmax_starts_at_its_temperature(temperature):
    router = SoftmaxRouter(temperature=temperature)
    parameters = router.start(spaces(5), spaces(3), np.random.default_rng(0))
    np.testing.assert_allclose(router.sharpness(parameters), temperature, rtol=1e-4)


def test_softmax_temperature_stays_within_its_bounds():
    router = SoftmaxRouter(bounds=(1.0, 100.0))
    for position, bound in ((-1e6, 1.0), (1e6, 100.0)):
        np.testing.assert_allclose(router.sharpness({"position": np.asarray(position)}), bound, rtol=1e-5)


@pytest.mark.parametrize("temperature", [0.5, 100.0, 1e9])
def test_softmax_refuses_a_temperature_outside(temperature):
    with pytest.raises(UsageError, match="expected between 1 and 100"):
        SoftmaxRouter(temperature=temperature)


@pytest.mark.parametrize("neighbours", [1, 3, 50])
def test_knn_lets_exactly_the_nearest_speak(neighbours):
    inputs, prototypes = spaces(30), spaces(8, seed=1)
    weights = routed(KNNRouter(neighbours=neighbours), inputs, prototypes)
    far = np.linalg.norm(inputs.retrieval[:, None] - prototypes.retrieval[None], axis=2)
    nearest = np.argsort(far, axis=1)[:, :neighbours]
    for row in range(30):
        assert set(np.flatnonzero(weights[row])) == set(nearest[row])


def test_knn_with_ties_still_chooses_k():
    same = Spaces(retrieval=np.zeros((1, 2)), value=np.zeros((1, 2)))
    ring = Spaces(retrieval=np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]), value=np.zeros((3, 2)))
    weights = routed(KNNRouter(neighbours=2), same, ring)
    assert np.count_nonzero(weights) == 2


@pytest.mark.parametrize("settings", [{"neighbours": 0}, {"temperature": 0.0}, {"temperature": float("nan")}])
def test_knn_refuses_what_cannot_be(settings):
    with pytest.raises(UsageError, match="expected"):
        KNNRouter(**settings)
