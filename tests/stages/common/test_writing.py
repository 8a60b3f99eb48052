from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.stages.common.writing import fixed, label_decimals, safe, size


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


@pytest.mark.parametrize(
    ("label_range", "decimals"),
    [((0.0, 5.0), 2), ((0.0, 1.0), 2), ((0.0, 0.5), 3), ((0.0, 100.0), 0), ((45e3, 96e4), 0), ((3.0, 3.0), 2)],
)
def test_labels_show_about_three_figures(label_range, decimals):
    assert label_decimals(label_range) == decimals


def test_no_negative_zero_and_no_nan():
    assert fixed(-0.001, 2) == "0.00"
    assert fixed(math.nan, 2) == fixed(None, 2) == "n/a"


@pytest.mark.parametrize(
    ("length", "written"), [(16, "16 bytes"), (26_214_400, "26.2 MB"), (3.2e9, "3.2 GB"), (4.4e12, "4.4 TB")]
)
def test_sizes_are_decimal(length, written):
    assert size(length) == written
