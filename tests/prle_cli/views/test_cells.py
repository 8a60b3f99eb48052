from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from prle_cli.views.common.cells import Bar, Folded, Scale
from tests.prle_cli.pictures import drawn


def _ascii(picture) -> str:
    class _Ascii(StringIO):
        encoding = "ascii"

    file = _Ascii()
    Console(file=file, width=40, color_system=None).print(picture)
    return file.getvalue()


def test_a_long_text_is_cut_after_its_lines():
    assert drawn(Folded(("one two three four five",), lines=2), 10) == "one two\nthree fou…\n"


def test_a_long_word_is_cut_too():
    assert drawn(Folded(("x" * 50,), lines=1), 10) == "xxxxxxxxx…\n"


@given(st.lists(st.text(), min_size=1, max_size=3), st.integers(1, 3), st.integers(4, 30))
def test_no_text_breaks_its_room(texts, lines, width):
    shown = drawn(Folded(tuple(texts), lines=lines), width).splitlines()
    assert len(shown) <= len(texts) * lines
    assert max(map(cell_len, shown), default=0) <= width


def test_wide_characters_count_twice():
    assert drawn(Folded(("一二三四五六",), lines=1), 8) == "一二三 …\n"


def test_only_the_brace_is_faint():
    file = StringIO()
    Console(file=file, width=20, force_terminal=True, color_system="standard").print(Folded(("first", "second")))
    assert file.getvalue() == "\x1b[2m╭ \x1b[0mfirst\n\x1b[2m╰ \x1b[0msecond\n"


def test_a_pair_is_held_by_a_brace():
    assert drawn(Folded(("a b", "c"), lines=2), 3) == "╭ a\n│ b\n╰ c\n"


@pytest.mark.parametrize(
    ("share", "bar"), [(0.0, ""), (1 / 64, "▏"), (0.5, "████"), (1.0, "████████"), (7, "████████")]
)
def test_bar(share, bar):
    assert drawn(Bar(share)).strip() == bar


def test_pictures_do_without_unicode():
    scale = Scale(name="label", label_range=(0.0, 5.0), prediction=2.5, truth=2.5)
    for picture in (scale, Bar(0.5), Folded(("a", "b"))):
        assert _ascii(picture).isascii()


def test_scale_of_a_constant_label_has_its_mark_in_the_middle():
    assert "━●─" in drawn(Scale(name="label", label_range=(3.0, 3.0), prediction=3.0, truth=None), 40)
