"""How weight is shared out, and whether two ways of sharing rows out are alike."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from prle.explanation.regimes import adjusted_rand, occupation, occupied, typical_rows


def test_occupation_by_hand():
    weights = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    held = occupation(weights)
    np.testing.assert_allclose(held.shares, [0.5, 0.5, 0.0])
    np.testing.assert_allclose(held.effective, 2.0)
    assert held.active == 2


def test_a_prototype_is_active_from_one_per_cent_on():
    shares = np.array([[0.98, 0.01, 0.0099, 0.0001]])
    assert occupation(shares).active == 2


def test_one_prototype_is_one_regime():
    held = occupation(np.ones((5, 1)))
    np.testing.assert_allclose(held.effective, 1.0)


def test_typical_rows_are_those_it_dominates_most():
    weights = np.array([[0.6, 0.4], [0.9, 0.1], [0.2, 0.8], [0.7, 0.3]])
    assert typical_rows(weights, 0, 2).tolist() == [1, 3]
    assert typical_rows(weights, 1, 5).tolist() == [2]


@given(seed=st.integers(0, 300), parts=st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_adjusted_rand_agrees_with_scikit_learn(seed, parts):
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, parts, 30), rng.integers(0, parts, 30)
    np.testing.assert_allclose(adjusted_rand(first, second), adjusted_rand_score(first, second), atol=1e-12)
    np.testing.assert_allclose(adjusted_rand(first, 7 - first), 1.0)


def test_alone_is_who_holds_more_than_95_per_cent_beside_others():
    assert occupation(np.array([[0.96, 0.04]])).alone == 0
    assert occupation(np.array([[0.05, 0.95]])).alone is None
    assert occupation(np.array([[1.0]])).alone is None
    held = occupation(np.array([[0.5, 0.5], [0.1, 0.9]]))
    again = occupied(held.shares)
    assert (again.effective, again.active, again.alone) == (held.effective, held.active, None)
