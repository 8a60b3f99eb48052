from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.data.formats.json_lines import parse_json_lines
from prle.errors import DataError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(TEXTS, min_size=1, max_size=5), st.booleans())
def test_texts_are_read_back_whatever_is_in_them(texts, ascii_only):
    lines = "\n".join(json.dumps({"text": text}, ensure_ascii=ascii_only) for text in texts)
    assert list(parse_json_lines(lines, origin="a.jsonl").column("text")) == texts


@given(st.floats(allow_nan=False))
def test_numbers_are_read_back_exactly(number):
    (cell,) = parse_json_lines(json.dumps({"label": number}), origin="a.jsonl").column("label")
    assert float(cell) == number


def test_absent_and_null_values_are_empty_cells_and_blank_lines_are_counted():
    records = parse_json_lines('{"a": "x"}\n\n{"b": null, "a": "y"}\r\n', origin="a.jsonl")
    assert records.columns == ("a", "b")
    assert tuple(records.rows) == (("x", ""), ("y", ""))
    assert records.place(1) == "line 3"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{"a": }\n', "line 2 is not JSON"),
        ('{"a": ' + "1" * 5000 + "}", "line 1 is not JSON"),
        ('{"a": 1}\n[1]\n', "line 2: expected a JSON object, got list"),
        ('{"a": "\\ud800"}\n', "line 1: 'a' holds half of a surrogate pair"),
    ],
)
def test_broken_lines_are_named(text, message):
    with pytest.raises(DataError, match=message):
        parse_json_lines(text, origin="a.jsonl")
