from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from prle_cli.views.common.rows import Cells, short_row, whole_row
from tests.prle_cli.pictures import drawn

NAMES = ("age", "workclass", "city")


def test_cells_flow_and_break_between_cells_only():
    row = Cells(NAMES, ("39", "Self employed", "Ulm"))
    assert drawn(row, 60) == "age 39, workclass Self employed, city Ulm\n"
    assert drawn(row, 26) == "age 39,\nworkclass Self employed,\ncity Ulm\n"


def test_what_has_no_room_is_cut_with_an_ellipsis():
    row = Cells(tuple("abcdefgh"), tuple("12345678"), lines=2)
    assert drawn(row, 14) == "a 1, b 2, c 3,\nd 4, e 5, …\n"
    assert drawn(Cells(("name",), ("a very long cell",)), 10) == "name a ve…\n"


def test_a_cell_with_nothing_in_it_is_a_question_mark():
    assert drawn(Cells(NAMES, ("", "x", ""))) == "age ?, workclass x, city ?\n"
    assert drawn(whole_row(NAMES, ("", "x", ""), table=True), 20).splitlines()[0] == "age        ?"


@pytest.mark.parametrize("shape", [short_row, whole_row])
def test_cells_never_steer_the_terminal_or_are_read_as_markup(shape):
    said = drawn(shape(("[bold]", "b"), ("\x1b[31m", "[/x]"), table=True))
    assert "\x1b" not in said
    assert "[bold]" in said
    assert "[/x]" in said


def test_texts_stay_texts():
    assert drawn(short_row(("a", "b"), ("one", "two"), table=False)) == "╭ one\n╰ two\n"
    assert drawn(whole_row(("a", "b"), ("one", "two"), table=False)) == "a  one\nb  two\n"
    assert drawn(whole_row(("a", "b"), ("one",), table=False)) == "text  one\n"


@given(
    st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), min_size=1, max_size=40),
    st.integers(min_value=1, max_value=90),
)
def test_no_row_is_wider_than_its_room(pairs, width):
    names, cells = zip(*pairs, strict=True)
    for row in (Cells(names, cells), whole_row(names, cells, table=True)):
        lines = drawn(row, width).splitlines()
        assert max(map(cell_len, lines), default=0) <= width


@given(st.lists(st.sampled_from(["1", "22", "a long one"]), min_size=1, max_size=60))
def test_a_row_alone_shows_its_cells_or_says_how_many_more_there_are(cells):
    names = tuple(f"c{number}" for number in range(len(cells)))
    said = drawn(whole_row(names, tuple(cells), table=True), 40)
    shown = sum(name in said.split() for name in names)
    hidden = len(names) - shown
    assert (f"and {hidden} column" in said) == (hidden > 0)
