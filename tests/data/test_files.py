from __future__ import annotations

from pathlib import Path

import pytest

from prle.data.files import format_of, read_records
from prle.errors import DataError


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "text,label\na b,1.5\n"),
        ("a.CSV.gz", "text,label\na b,1.5\n"),
        ("a.tsv", "text\tlabel\na b\t1.5\n"),
        ("a.tsv.gz", "text\tlabel\na b\t1.5\n"),
        ("a.jsonl", '{"text": "a b", "label": 1.5}\n'),
        ("a.jsonl.gz", '{"text": "a b", "label": 1.5}\n'),
    ],
)
def test_every_text_format_gives_the_same_records(write, name, content):
    records = read_records(write(name, content))
    assert (records.columns, records.rows) == (("text", "label"), (("a b", "1.5"),))
    assert records.origin == name


@pytest.mark.parametrize(
    ("name", "ending"), [("a.csv.gz", ".csv"), ("b.gz", ""), (".gz", ""), ("c", ""), ("d.tar", ".tar")]
)
def test_the_format_is_the_ending_below_gz(name, ending):
    assert format_of(Path("folder.csv") / name) == ending


def test_other_endings_are_refused_with_those_that_work(write):
    with pytest.raises(DataError, match=r"a\.xlsx: expected a name ending in \.csv, \.tsv or \.jsonl"):
        read_records(write("a.xlsx", "x"))
