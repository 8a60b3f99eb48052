from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prle_cli.views.common import figures


def test_no_negative_zero():
    assert figures.signed(-0.001, 2) == "+0.00"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0.414, "0.41 s"), (41.7, "42 s"), (59.6, "1 min 00 s"), (192.4, "3 min 12 s"), (7500, "2 h 05 min")],
)
def test_durations_are_written_as_people_say_them(seconds, written):
    assert figures.duration(seconds) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.254, "0.254"),
        (999.4, "999"),
        (999.6, "1 k"),
        (182_344.0, "182 k"),
        (1_128_478_081.0, "1.13 G"),
        (9e15, "> 999 G"),
        (math.inf, "n/a"),
    ],
)
def test_rates_have_three_figures(value, written):
    assert figures.rate(value) == written


def test_sparkline_spans_its_range_and_ends_with_the_newest():
    assert figures.sparkline([0.0, 0.5, 1.0], 40) == "▁▅█"
    assert figures.sparkline([1.0, 1.0], 40) == "▁▁"
    assert figures.sparkline([], 40) == ""
    assert len(figures.sparkline(range(1000), 40)) == 40
    assert figures.sparkline([*range(1000), 0], 40)[-1] == "▁"


@given(st.lists(st.floats(-1e6, 1e6), max_size=60), st.integers(0, 4))
@example([0.005], 2)
def test_rounded_parts_add_up_to_the_rounded_sum(values, decimals):
    rounded = figures.adding_up(values, decimals)
    last_place = 10**-decimals
    assert math.isclose(sum(rounded), round(math.fsum(values), decimals), abs_tol=last_place * 1e-3)
    assert all(abs(a - b) < last_place * (1 + 1e-6) for a, b in zip(rounded, values, strict=True))


def test_what_cannot_be_rounded_stays_as_it_is():
    assert figures.adding_up([1.234, math.inf], 1) == [1.234, math.inf]
