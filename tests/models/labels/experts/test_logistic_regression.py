"""The prior of classes: it finds planted classes, copes with few of them, and never rules one out."""

import numpy as np
import pytest

from prle.arrays.geometry import softmax
from prle.metrics.classes import accuracy
from prle.models.labels.experts.logistic_regression import meta_logistic_regression


def planted(classes, rows=300, width=6, seed=0):
    rng = np.random.default_rng(seed)
    centres = 3.0 * rng.normal(size=(classes, width))
    codes = rng.integers(0, classes, size=rows)
    value = centres[codes] + rng.normal(size=(rows, width))
    value[:, -1] = 5.0
    return value.astype(np.float32), codes


def fit(value, codes, classes):
    return meta_logistic_regression(value, np.eye(classes, dtype=np.float32)[codes], np.random.default_rng(0))


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_it_finds_planted_classes_and_says_logits(classes):
    value, codes = planted(classes)
    prior = fit(value[:200], codes[:200], classes)
    assert prior.weight.shape == (classes, 6)
    assert prior.weight.dtype == prior.bias.dtype == np.float32
    assert accuracy(codes[200:], softmax(value[200:] @ prior.weight.T + prior.bias)) > 0.9


def test_two_classes_share_one_direction():
    value, codes = planted(2)
    prior = fit(value, codes, 2)
    np.testing.assert_allclose(prior.weight[0], -prior.weight[1])


def test_a_class_without_rows_is_unlikely_and_possible():
    value, codes = planted(3)
    prior = fit(value, codes, 4)
    shares = softmax(value.astype(np.float64) @ prior.weight.T + prior.bias)
    assert 0.0 < shares[:, 3].max() < 0.01


def test_the_same_rows_give_the_same_prior():
    value, codes = planted(3)
    first, second = fit(value, codes, 3), fit(value, codes, 3)
    np.testing.assert_array_equal(first.weight, second.weight)


def test_a_held_out_fifth_that_leaves_one_class_is_no_obstacle():
    value = np.eye(4, 3, dtype=np.float32)
    prior = fit(value, np.array([0, 0, 0, 1]), 2)
    assert np.isfinite(prior.weight).all()
