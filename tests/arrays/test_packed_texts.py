from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.arrays import packed_texts as texts
from prle.arrays.packed_texts import PackedTexts, pack


@given(st.lists(st.text()))
def test_what_is_packed_comes_back(texts):
    packed = pack(texts)
    assert list(packed) == texts
    assert packed[1:3] == tuple(texts[1:3])
    assert packed.offsets.dtype == np.int64
    assert packed.data.dtype == np.uint8


@given(st.lists(st.text()), st.integers(0, 8))
def test_texts_after_one_are_the_rest(texts, first):
    assert list(pack(texts).after(min(first, len(texts)))) == texts[first:]


@pytest.mark.parametrize("texts", [["\0", "", "a\0b"], ["", ""], ["\N{GRINNING FACE}é", "\U0010ffff"]])
def test_empty_texts_and_nul_bytes_come_back(texts):
    assert list(pack(texts)) == texts


def test_negative_and_outside_indices_are_those_of_a_sequence():
    packed = pack(["a", "b"])
    assert packed[-1] == "b"
    with pytest.raises(IndexError):
        packed[2]


def test_half_a_surrogate_pair_has_no_utf8():
    with pytest.raises(UnicodeEncodeError):
        pack(["\ud800"])


@pytest.mark.parametrize("offsets", [[], [1, 4], [0, 3], [0, 3, 2, 4], [0, 5], [-1, 4], [0, -2, 4]])
def test_offsets_that_break_the_rule_are_refused(offsets):
    with pytest.raises(ValueError, match="rise from 0 to 4"):
        PackedTexts(np.zeros(4, np.uint8), np.array(offsets, np.int64))


@pytest.mark.parametrize("end", ["", "é", "\N{GRINNING FACE}"])
def test_utf8_is_told_across_the_blocks_that_are_read(monkeypatch, end):
    monkeypatch.setattr(texts, "_CHECKED_BYTES", 3)
    packed = pack(["aé\N{GRINNING FACE}", "", "ö", end])
    packed.require_utf8()
    packed.data = packed.data.copy()
    packed.data[-1] = 0xC3
    with pytest.raises(UnicodeDecodeError):
        packed.require_utf8()


def test_a_text_begins_with_a_whole_character():
    packed = PackedTexts(np.frombuffer("aéb".encode(), np.uint8), np.array([0, 2, 4], np.int64))
    with pytest.raises(ValueError, match="begins at byte 2, inside of a character"):
        packed.require_utf8()
