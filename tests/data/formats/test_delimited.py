from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.data.formats.delimited import parse_delimited
from prle.errors import DataError

CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


def parse(text: str, delimiter: str = ",") -> tuple[tuple[str, ...], ...]:
    return tuple(parse_delimited(text, delimiter=delimiter, origin="a.csv").rows)


@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=8), delimiter=st.sampled_from([",", "\t"]))
def test_whatever_the_csv_writer_writes_is_read_back(rows, delimiter):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("one", "two"), *rows])
    assert parse(stream.getvalue(), delimiter) == tuple(rows)


def test_quoted_line_breaks_belong_to_the_cell_and_lines_are_counted_through_them():
    records = parse_delimited('text,label\n"a\nb",1\n\nNone,2\n', delimiter=",", origin="a.csv")
    assert tuple(records.rows) == (("a\nb", "1"), ("None", "2"))
    assert [records.place(row) for row in range(2)] == ["line 2", "line 5"]


def test_a_cell_longer_than_the_csv_modules_limit_is_read_and_the_limit_put_back():
    limit = csv.field_size_limit()
    long = "x" * (limit + 1)
    assert parse(f"text\n{long}\n") == ((long,),)
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("text,label\na,1\nb\n", "line 3 has 1 cells; the header has 2"),
        ("text,label\na,1\nb,c,2\n", "line 3 has 3 cells; the header has 2"),
        ("text,text\na,b\n", "names 'text' more than once"),
        ('text,label\na,1\n"b,2\nc,3\n', "line 3 cannot be split into cells"),
        ('text,label\n"a"b,1\n', "line 2 cannot be split into cells"),
    ],
)
def test_broken_files_are_named_by_line(text, message):
    with pytest.raises(DataError, match=rf"a\.csv: .*{message}"):
        parse(text)
