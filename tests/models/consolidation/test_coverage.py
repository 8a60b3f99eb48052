"""How peaked routing is, and the count that is looked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prle.models.consolidation import coverage_of, largest_peaked, tried_counts


def test_coverage_by_hand():
    found = coverage_of(np.array([[0.5, 0.3, 0.2], [0.1, 0.0, 0.9]]))
    assert (found.prototypes, found.top_1, found.top_10) == (3, pytest.approx(0.7), pytest.approx(1.0))
    assert (found.half, found.most, found.nearly_all) == (1.0, 1.5, 2.5)


def test_ten_of_ten_prototypes_say_nothing():
    few = coverage_of(np.full((4, 10), 0.1))
    assert few.top_10 == pytest.approx(1.0)
    assert not few.peaked
    assert replace(few, prototypes=11).peaked
    assert replace(few, top_1=0.51).peaked


def test_the_least_merging_that_is_enough():
    flat = coverage_of(np.full((4, 40), 1 / 40))
    tried = [replace(flat, prototypes=count, top_1=1.9 / count) for count in (20, 8, 3, 2)]
    assert largest_peaked(tried).prototypes == 3
    assert largest_peaked(tried[:1]) is None


def test_counts_are_below_that_of_the_model():
    assert tried_counts(12) == (10, 8, 6, 5, 4, 3, 2)
    assert tried_counts(2) == ()
