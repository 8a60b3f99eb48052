from __future__ import annotations

import unicodedata
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from prle_cli.terminal.console import cell, safe, say


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("naïve 你好 👩‍🔬", "naïve 你好 👩‍🔬"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\tb\nc\rd", "a b c d"),
        ("bell\x07 delete\x7f", "bell␇ delete␡"),
        ("\x9b31m", "\ufffd31m"),
        ("\u202etxt.exe", "\ufffdtxt.exe"),
        ("half \udc80", "half \ufffd"),
    ],
)
def test_what_could_steer_the_terminal_is_shown_instead(text, shown):
    assert safe(text) == shown


@given(st.text())
def test_safe_text_is_one_harmless_line(text):
    shown = safe(text)
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in shown)


@given(st.text())
def test_safe_text_is_left_alone(text):
    assert safe(safe(text)) == safe(text)


def test_a_cell_is_never_markup():
    assert cell("A man is [playing] [/x]").plain == "A man is [playing] [/x]"


def test_a_message_is_one_line_however_long():
    file = StringIO()
    say("Error", "word " * 40 + "\nnext [/x]", console=Console(file=file, width=20))
    assert file.getvalue() == "Error: " + "word " * 40 + " next [/x]\n"
