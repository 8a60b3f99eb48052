from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.explanation.calibration import FEWEST_ROWS, calibration, reliability


def test_two_groups_by_hand():
    groups = calibration(np.array([1.0, 5.0, 3.0, 2.0]), np.array([0.5, 4.0, 3.0, 1.5]), 2)
    assert [(group.rows, group.predicted, group.observed) for group in groups] == [(2, 1.0, 1.5), (2, 3.5, 4.0)]
    assert [group.standard_error for group in groups] == pytest.approx([0.5, 1.0])


def test_fewer_rows_than_groups_make_fewer_groups():
    groups = calibration(np.array([1.0, 2.0]), np.array([3.0, 1.0]), 10)
    assert [(group.rows, group.predicted, group.standard_error) for group in groups] == [(1, 1.0, 0.0), (1, 3.0, 0.0)]
    assert calibration(np.empty(0), np.empty(0), 10) == ()


@given(rows=st.integers(1, 200), groups=st.integers(1, 20), seed=st.integers(0, 100))
def test_every_row_is_in_one_group_and_groups_are_equal(rows, groups, seed):
    rng = np.random.default_rng(seed)
    labels, predictions = rng.normal(size=rows), rng.normal(size=rows)
    found = calibration(labels, predictions, groups)
    sizes = [group.rows for group in found]
    assert sum(sizes) == rows
    assert max(sizes) - min(sizes) <= 1
    assert [group.predicted for group in found] == sorted(group.predicted for group in found)
    observed = sum(group.rows * group.observed for group in found) / rows
    np.testing.assert_allclose(observed, labels.mean(), atol=1e-12)


def test_intervals_of_means_are_two_standard_errors_wide():
    first, second = calibration(np.array([1.0, 5.0, 3.0, 2.0]), np.array([0.5, 4.0, 3.0, 1.5]), 2)
    assert first.interval == pytest.approx((1.5 - 1.96 * 0.5, 1.5 + 1.96 * 0.5))
    assert second.interval == pytest.approx((4.0 - 1.96, 4.0 + 1.96))


def test_wilson_by_hand():
    """8 of 10: centre (.8 + 1.92 / 10) / (1 + 3.84 / 10), as tables of the interval have it."""
    right = np.array([True] * 8 + [False] * 2)
    (group,) = reliability(right, np.full(10, 0.7), 1)
    assert group.interval == pytest.approx((0.4902, 0.9433), abs=1e-4)


@given(rows=st.integers(1, 300), share=st.floats(0, 1), seed=st.integers(0, 50))
def test_intervals_of_shares_are_shares_and_hold_what_was_observed(rows, share, seed):
    rng = np.random.default_rng(seed)
    found = reliability(rng.uniform(size=rows) < share, rng.uniform(size=rows), 10)
    assert sum(group.rows for group in found) == rows
    assert len(found) <= max(2, rows // FEWEST_ROWS)
    for group in found:
        low, high = group.interval
        assert -1e-12 <= low <= group.observed + 1e-12
        assert group.observed - 1e-12 <= high <= 1.0 + 1e-12
        assert high - low > 0.0
