"""Rows left out of a vote: what is said is what all subsets say, and no smaller set does it."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.explanation.voting import Ballots, fewest_below


def vote(found, gone):
    """The nearest of those that are left, by brute force."""
    left = [place for place in range(len(found.rows)) if place not in gone][: found.count]
    weights = found.raised[left]
    near = weights @ found.says[left] / weights.sum()
    return (1.0 - found.everyone) * near + found.everyone * found.common


@st.composite
def ballots(draw):
    rows, count = draw(st.integers(3, 8)), draw(st.integers(1, 3))
    far = np.sort(draw(st.lists(st.floats(0, 5), min_size=rows, max_size=rows)))
    says = np.array(draw(st.lists(st.integers(-3, 3), min_size=rows, max_size=rows)), float)
    everyone = draw(st.sampled_from([0.0, 0.05]))
    return Ballots(
        rows=np.arange(100, 100 + rows),
        raised=np.exp(-far),
        says=says[:, None],
        count=count,
        everyone=everyone,
        common=np.array([0.5]),
    )


@given(ballots(), st.data())
def test_rows_that_are_left_out_let_the_next_ones_in(found, data):
    gone = data.draw(st.sets(st.integers(0, len(found.rows) - 1), max_size=len(found.rows) - found.count))
    np.testing.assert_allclose(
        found.without(found.rows[np.array(sorted(gone), np.int64)]), vote(found, gone), atol=1e-12
    )


@settings(max_examples=300)
@given(ballots(), st.integers(-30, 30).map(lambda tenths: tenths / 10))
def test_the_set_that_is_found_is_the_smallest(found, bound):
    spare = len(found.rows) - found.count
    gone = fewest_below(found, found.says[:, 0], bound)

    def below(chosen):
        left = [place for place in range(len(found.rows)) if place not in chosen][: found.count]
        return (found.raised[left] * (found.says[left, 0] - bound)).sum() <= 0.0

    smallest = next(
        (
            size
            for size in range(spare + 1)
            if any(below(chosen) for chosen in combinations(range(len(found.rows)), size))
        ),
        None,
    )
    if gone is None:
        assert smallest is None
    else:
        assert len(gone) == smallest
        assert below(set(gone.tolist()))
