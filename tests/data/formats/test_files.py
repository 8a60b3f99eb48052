from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from prle.data.formats.files import format_of, read_records, record_blocks
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
    assert (records.columns, tuple(records.rows)) == (("text", "label"), (("a b", "1.5"),))
    assert records.origin == name


@pytest.mark.parametrize(
    ("name", "ending"), [("a.csv.gz", ".csv"), ("b.gz", ""), (".gz", ""), ("c", ""), ("d.tar", ".tar")]
)
def test_the_format_is_the_ending_below_gz(name, ending):
    assert format_of(Path("folder.csv") / name) == ending


def test_other_endings_are_refused_with_those_that_work(write):
    with pytest.raises(DataError, match=r"a\.xlsx: expected a name ending in \.csv, \.tsv or \.jsonl"):
        read_records(write("a.xlsx", "x"))


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv.gz", "a.jsonl", "a.parquet"])
def test_blocks_together_are_the_whole_file(write, tmp_path, name, size):
    rows = [(f"text {number}\nof two lines", str(number / 2)) for number in range(6)]
    if name == "a.jsonl":
        path = write(name, "\n".join(json.dumps({"text": text, "label": float(label)}) for text, label in rows))
    elif name == "a.parquet":
        arrow = pytest.importorskip("pyarrow", reason="needs the extra parquet")
        path = tmp_path / name
        table = arrow.table({"text": [text for text, _ in rows], "label": [float(label) for _, label in rows]})
        pytest.importorskip("pyarrow.parquet").write_table(table, path)
    else:
        between = "\t" if "tsv" in name else ","
        path = write(name, f"text{between}label\n" + "".join(f'"{text}"{between}{label}\n' for text, label in rows))
    whole, blocks = read_records(path), list(record_blocks(path, size))
    assert [len(block) for block in blocks] == [min(size, 6 - first) for first in range(0, 6, size)]
    assert [row for block in blocks for row in block.rows] == list(whole.rows) == rows
    assert np.concatenate([block.places for block in blocks]).tolist() == whole.places.tolist()
    assert {(block.columns, block.unit) for block in blocks} == {(whole.columns, whole.unit)}


def test_a_header_alone_is_one_block_without_rows(write):
    (block,) = record_blocks(write("a.csv", "text,label\n"), 4)
    assert (block.columns, len(block)) == (("text", "label"), 0)
