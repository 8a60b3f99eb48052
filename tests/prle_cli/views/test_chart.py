from __future__ import annotations

import math
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.style import Style

from prle_cli.views.common.chart import Chart, Mark, Point
from tests.prle_cli.pictures import drawn

MARK = Mark("●", "o", Style())


def chart(values, *, height=3) -> Chart:
    points = [Point(at, value, MARK) for at, value in enumerate(values)]
    return Chart(
        title="curve", points=points, span=(0, len(values) - 1), height=height, write="{:g}".format, line=Style()
    )


def test_a_curve_rises_from_its_lowest_to_its_highest():
    assert drawn(chart([1.0, 2.0, 3.0]), 13) == (
        "curve\n     3 ┤   ⢀●\n       │ ⢀●⠁\n     1 ┤●⠁\n       └─────\n        0   2\n"
    )


def test_a_flat_curve_lies_on_its_axis():
    assert drawn(chart([2.0, 2.0]), 11).splitlines()[3] == "     2 ┤●⠤●"


def test_what_is_no_number_is_left_out():
    assert drawn(chart([math.nan, 1.0]), 40).count("●") == 1
    assert "no figures" in drawn(chart([math.nan]), 40)


def test_an_axis_is_cut_where_one_far_point_would_flatten_the_rest():
    far = drawn(chart([1000.0, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6]), 40).splitlines()
    assert far[1].startswith("  ≥")
    assert "●" in far[1]
    assert sum("●" in line for line in far[1:4]) >= 2


def test_a_curve_does_without_unicode():
    class Ascii(StringIO):
        encoding = "ascii"

    file = Ascii()
    Console(file=file, width=30, color_system=None).print(chart([500.0, 0.1, 0.2, 0.3, 0.4]))
    assert file.getvalue().isascii()
    assert file.getvalue().count("o") == 5


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=80), st.integers(1, 9), st.integers(30, 120))
def test_no_curve_breaks_its_room(values, height, width):
    lines = drawn(chart(values, height=height), width).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) == height + 3


@pytest.mark.parametrize("last", [1, 9, 10, 99, 1000])
def test_the_axis_names_its_ends(last):
    scale = drawn(chart([float(at) for at in range(last + 1)]), 60).splitlines()[-1].split()
    assert (scale[0], scale[-1]) == ("0", str(last))
