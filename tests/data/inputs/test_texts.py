from __future__ import annotations

import pytest

from prle.data import BadLine, read_texts, stream_texts, text_blocks
from prle.errors import DataError, UsageError

PAIR = ("a", "b")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.csv", 'id,b,a\n1,two,one\n2,"4, or four",3\n'),
        ("r.tsv", "b\ta\ntwo\tone\n4, or four\t3\n"),
        ("r.jsonl", '{"a": "one", "b": "two"}\n{"b": "4, or four", "a": "3"}\n'),
        ("r.txt", "one\ttwo\n3\t4, or four\n"),
    ],
)
def test_rows_come_in_order_with_the_fields_in_theirs(write, name, content):
    assert read_texts(write(name, content), PAIR) == [("one", "two"), ("3", "4, or four")]


def test_a_stream_has_a_row_a_line_and_may_end_in_blank_lines():
    assert read_texts(["one\ttwo\r\n", "3\t4\n", "\n"], PAIR) == [("one", "two"), ("3", "4")]


def test_a_stream_of_objects_with_the_fields_is_json_lines():
    lines = ['{"b": "two", "a": "one"}\n', "\n", '{"a": "3", "b": "4, or four", "id": 7}\n']
    assert read_texts(lines, PAIR) == [("one", "two"), ("3", "4, or four")]
    with pytest.raises(DataError, match="input: line 2 is not JSON"):
        read_texts(['{"a": "one", "b": "two"}\n', "three\tfour\n"], PAIR)


@pytest.mark.parametrize("text", ["{not json}", '{"other": 1}', "{"])
def test_a_text_may_begin_with_a_brace(text):
    assert read_texts([f"{text}\n"], ("text",)) == [(text,)]


def test_a_single_text_keeps_its_tabs():
    assert read_texts(["one\ttwo\n"], ("text",)) == [("one\ttwo",)]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["one\n"], "line 1: expected 2 texts with a tab between them, got 1"),
        (["one\ttwo\n", "a\tb\tc\n"], "line 2: expected 2 texts with a tab between them, got 3"),
        (["one\ttwo\n", "a\t \n"], "line 2: expected a text, got an empty one"),
    ],
)
def test_lines_that_are_no_row_are_refused(lines, message):
    with pytest.raises(DataError, match=message):
        read_texts(lines, PAIR)


def test_files_need_the_fields_and_no_empty_text(write):
    with pytest.raises(UsageError, match=r"column of r\.csv: expected one of a, c; got 'b'"):
        read_texts(write("r.csv", "a,c\n1,2\n"), PAIR)
    with pytest.raises(DataError, match=r"r\.csv: line 3: expected a text"):
        read_texts(write("r.csv", "a,b\n1,2\n3,\n"), PAIR)


def test_a_stream_is_read_a_line_at_a_time():
    lines = iter(["one\ttwo\n", "3\t4\n"])
    rows = stream_texts(lines, PAIR)
    assert next(rows) == ("one", "two")
    assert next(lines) == "3\t4\n"


def test_a_bad_line_of_a_stream_is_named_and_passed_over():
    lines = ["one\ttwo\r\n", "alone\n", "\n", "caf\udce9\tx\n", " \t4\n", "5\t6"]
    rows = list(stream_texts(lines, PAIR))
    assert rows == [
        ("one", "two"),
        BadLine(line=2, error="line 2: expected 2 texts with a tab between them, got 1."),
        BadLine(line=4, error="line 4: expected UTF-8, got the byte 0xe9."),
        BadLine(line=5, error="line 5: expected a text, got an empty one."),
        ("5", "6"),
    ]


def test_a_stream_of_objects_stays_one():
    first = '{"a": "one", "b": "two"}\n'
    rows = list(stream_texts(["\n", first, '{"a": 3}\n', "{\n", "plain\ttexts\n", '{"b": 4, "a": "3"}\n'], PAIR))
    assert rows[0] == ("one", "two")
    assert [(row.line, row.error.partition(" (")[0]) for row in rows[1:4]] == [
        (3, "line 3: expected a, b; b is missing."),
        (4, "line 4 is not JSON"),
        (5, "line 5 is not JSON"),
    ]
    assert rows[4] == ("3", "4")


@pytest.mark.parametrize("size", [1, 2, 3, 9])
def test_blocks_of_lines_are_all_lines_and_blank_ones_at_the_end_are_none(tmp_path, size):
    file = tmp_path / "a.txt"
    file.write_text("one\ntwo\nthree\n\n \n")
    blocks = list(text_blocks(file, ("text",), size))
    assert [row for block in blocks for row in block] == read_texts(file, ("text",)) == [("one",), ("two",), ("three",)]
    assert all(0 < len(block) <= size for block in blocks)
