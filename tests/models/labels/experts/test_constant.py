"""One number a prototype, started at what is around it."""

import numpy as np

from prle.models.labels.experts import ConstantExperts, Ground, Prior, neighbourhood_labels


def test_starts_at_the_neighbourhood_whatever_the_input():
    prior = Prior(weight=np.ones((1, 3), np.float32), bias=np.ones(1, np.float32))
    ground = Ground(prior=prior, inputs=np.zeros((4, 3)), prototypes=np.zeros((2, 3)), labels=np.array([[-1.0], [2.0]]))
    experts = ConstantExperts()
    outputs = experts(
        experts.start(ground, np.random.default_rng(0)), np.random.default_rng(0).normal(size=(4, 3)), None
    )
    np.testing.assert_array_equal(outputs[:, :, 0], [[-1.0, 2.0]] * 4)


def test_neighbourhood_by_hand():
    weights = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 1.0, 0.0]])
    targets = np.array([[2.0], [4.0], [8.0]])
    labels = neighbourhood_labels(weights, targets, np.array([0, 2, 1]))
    np.testing.assert_allclose(
        labels, [[(2 + 2 + 2) / 2.5], [(8 + 2 + 8) / 2.5], [4.0]], err_msg="the third has no inputs: its anchor's label"
    )
