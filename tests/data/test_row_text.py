"""Cells of numbers read back exactly."""

import math

from hypothesis import given
from hypothesis import strategies as st

from prle.data.columns import parse_number
from prle.data.row_text import number_cell


@given(st.floats(allow_infinity=False, allow_nan=False))
def test_a_number_reads_back_as_it_was(number):
    assert parse_number(number_cell(number)) == number


def test_a_whole_number_has_no_point_and_an_unknown_one_no_cell():
    assert number_cell(3.0) == "3"
    assert number_cell(0.1) == "0.1"
    assert number_cell(math.nan) == ""
