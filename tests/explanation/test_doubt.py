import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.explanation import bracket, disagreement, nearest_others, percentile
from prle.explanation.neighbours import SAMPLE


def test_percentile_by_hand():
    usual = np.array([0.5, 1.0, 1.0, 2.0])
    assert [percentile(each, usual) for each in (0.1, 0.75, 1.0, 1.5, 9.0)] == [0.0, 25.0, 25.0, 75.0, 100.0]


def test_nearest_others_leave_the_row_itself_out():
    np.testing.assert_allclose(
        nearest_others(4, np.array([[0.0], [1.0], [3.0], [3.5]]).__getitem__, np.random.default_rng(0)),
        [0.5, 0.5, 1.0, 1.0],
        atol=1e-5,
    )
    assert len(nearest_others(1, np.array([[0.0]]).__getitem__, np.random.default_rng(0))) == 0


def test_nearest_others_are_sampled_in_blocks():
    points = np.random.default_rng(0).normal(size=(SAMPLE + 500, 2))
    found = nearest_others(len(points), points.__getitem__, np.random.default_rng(1))
    assert len(found) == SAMPLE
    assert (np.diff(found) >= 0.0).all()
    every = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2) + np.diag(np.full(len(points), np.inf)))
    assert found.mean() == pytest.approx(every.min(axis=1).mean(), rel=0.05)


def test_disagreement_by_hand():
    assert disagreement(np.array([0.25, 0.75]), np.array([4.0, 0.0])) == pytest.approx(math.sqrt(0.25 * 9 + 0.75))


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8), st.floats(-1e3, 1e3))
def test_disagreement_ignores_what_all_say(outputs, shift):
    weights = np.full(len(outputs), 1.0 / len(outputs))
    ours, moved = (disagreement(weights, np.array(outputs) + by) for by in (0.0, shift))
    assert ours == pytest.approx(moved, abs=1e-4)
    assert ours == pytest.approx(float(np.std(outputs)), abs=1e-4)


def test_bracket_is_the_heaviest_on_either_side():
    weights, labels = np.array([0.1, 0.4, 0.3, 0.2]), np.array([1.0, 2.0, 4.0, 5.0])
    assert bracket(weights, labels, 3.0) == (1, 2)
    assert bracket(weights, labels, 4.5) == (1, 3)
    assert bracket(weights, labels, 0.5) == (None, 1)
    assert bracket(weights, labels, 9.0) == (1, None)
    assert bracket(weights, labels, 2.0) == (0, 2), "a label that is just what was predicted is on neither side"


def test_a_prototype_without_weight_brackets_nothing():
    assert bracket(np.array([1.0, 0.0]), np.array([1.0, 5.0]), 3.0) == (0, None)
