from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from prle_cli.html.marks import SHADES, Axis, element, harmless, lines, percentage, shade

ENDS = (0.0, 5.0)
finite = st.floats(-1e6, 1e6, allow_nan=False)


def test_an_element_escapes_what_is_not_markup():
    made = element("text", '<b>"', Markup("<i></i>"), class_="a&b", x=3, hidden=None, text_anchor="end")
    assert made == '<text class="a&amp;b" x="3" text-anchor="end">&lt;b&gt;&#34;<i></i></text>'


def test_texts_of_a_hint_stand_below_each_other():
    assert lines("a\nb", "<c>\x1b") == "a b\n&lt;c&gt;␛"


@given(st.text())
def test_no_text_opens_or_closes_anything(text):
    made = harmless(text)
    assert not set('<>"') & set(made)
    assert "\n" not in made
    made.encode("utf-8")


@given(low=finite, span=st.floats(1e-3, 1e6), share=st.floats(0, 1))
def test_an_axis_keeps_its_ends_and_its_order(low, span, share):
    axis, down = Axis(low, low + span), Axis(low, low + span, down=True)
    assert axis.at(axis.low) == down.at(down.high) == "0%"
    assert axis.at(axis.high) == down.at(down.low) == "100%"
    assert 0.0 <= float(axis.at(low + span * share)[:-1]) <= 100.0


@given(low=finite, span=st.floats(1e-3, 1e6))
def test_ticks_are_a_few_even_steps_on_the_axis(low, span):
    axis = Axis(low, low + span)
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 9
    rounding = 1e-9 * max(abs(low), span)
    assert all(axis.low - rounding <= tick <= axis.high + rounding for tick in ticks)
    steps = [after - before for before, after in itertools.pairwise(ticks)]
    assert all(math.isclose(step, steps[0], rel_tol=1e-5) for step in steps)


def test_an_axis_of_one_value_or_none_can_be_drawn():
    assert Axis.around([3.0]).at(3.0) == "50%"
    assert Axis.around([]).at(0.5) == "50%"
    assert Axis(2.0, 2.0).at(2.0) == "50%"
    assert Axis(2.0, 2.0).ticks() == [2.0]


@pytest.mark.parametrize(("value", "expected"), [(0.0, "s0"), (2.5, "s4"), (5.0, "s8"), (-3.0, "s0"), (9.0, "s8")])
def test_the_shade_of_a_label(value, expected):
    assert shade(value, ENDS) == expected
    assert shade(1.0, (1.0, 1.0)) == f"s{SHADES // 2}"


@pytest.mark.parametrize(
    ("share", "written"), [(0.0, "0%"), (1.0, "100%"), (0.5, "50%"), (1 / 3, "33.33%"), (0.1, "10%")]
)
def test_percentages_are_short(share, written):
    assert percentage(share) == written
