import numpy as np

from prle.experts import Ground, LinearExperts, Prior

PRIOR = Prior(weight=np.array([[1.0, 2.0]], np.float32), bias=np.array([0.5], np.float32))


def ground(prior, count):
    width = prior.weight.shape[1]
    return Ground(prior=prior, prototypes=np.zeros((count, width)), labels=np.zeros((count, len(prior.bias))))


def test_every_expert_starts_as_the_prior():
    parameters = LinearExperts().start(ground(PRIOR, 3), np.random.default_rng(0))
    outputs = LinearExperts()(parameters, np.array([[1.0, 1.0], [0.0, 2.0]], np.float32), None)
    np.testing.assert_allclose(outputs, [[[3.5]] * 3, [[4.5]] * 3])


def test_own_parts_by_hand():
    parameters = LinearExperts().start(ground(PRIOR, 2), np.random.default_rng(0))
    parameters["own_weight"][1] = [[10.0, 0.0]]
    parameters["own_bias"][0] = [-1.0]
    outputs = LinearExperts()(parameters, np.array([[1.0, 1.0]], np.float32), None)
    np.testing.assert_allclose(outputs, [[[2.5], [13.5]]])


def test_several_targets_keep_their_places():
    prior = Prior(weight=np.eye(3, 4, dtype=np.float32), bias=np.arange(3, dtype=np.float32))
    parameters = LinearExperts().start(ground(prior, 5), np.random.default_rng(0))
    own = np.random.default_rng(1).normal(size=(5, 3, 4)).astype(np.float32)
    parameters["own_weight"] = own
    value = np.random.default_rng(2).normal(size=(7, 4)).astype(np.float32)
    expected = np.einsum("bd,ptd->bpt", value, prior.weight[None] + own) + prior.bias
    np.testing.assert_allclose(LinearExperts()(parameters, value, None), expected, rtol=1e-4, atol=1e-5)
