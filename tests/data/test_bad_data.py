"""Data that cannot be learnt from: refused with the row and the column, or used with a warning."""

from __future__ import annotations

import json

import numpy as np
import pytest

from prle.data.table import MOST_COLUMNS
from prle.errors import DataError, UsageError


def csv(*rows, head="text,label"):
    return "\n".join([head, *rows]) + "\n"


@pytest.mark.parametrize("cell", ["nan", "inf", "-inf", "1e400", "9" * 400, ""])
def test_labels_that_are_not_finite_are_dropped_and_counted(write, load_file, observer, cell):
    rows = [f"text {number},{cell if number == 3 else number}" for number in range(30)]
    dataset = load_file(write("f.csv", csv(*rows)))
    labels = np.concatenate([split.labels for split in dataset.splits.values()])
    assert sorted(labels) == [number for number in range(30) if number != 3]
    assert "f.csv: dropped 1 row without a finite label (first: line 5)." in observer.warnings


@pytest.mark.parametrize("cell", ["1.7e308", "-1e101"])
def test_numbers_beyond_measure_are_named_by_line_and_column(write, load_file, cell):
    rows = [f"text {number},{cell if number == 3 else number}" for number in range(30)]
    with pytest.raises(DataError, match=r"f\.csv: line 5: expected a number up to 1e100 in 'label', got"):
        load_file(write("f.csv", csv(*rows)))
    cells = [f"{cell if number == 3 else number},{number}" for number in range(30)]
    with pytest.raises(DataError, match=r"f\.csv: line 5: expected a number in 'x', got"):
        load_file(write("f.csv", csv(*cells, head="x,label")), table=True)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([f"text {number},3" for number in range(30)], "train: expected labels that vary; every label is 3"),
        ([f"text {number},yes" for number in range(30)], "expected at least two classes in 'label', got only 'yes'"),
        (["text,1", "other,2"], "expected enough different rows"),
        ([f"text {number},nan" for number in range(30)], "got 0, which leaves train with fewer than 2"),
        ([f"text {number},{'high' if number == 7 else number}" for number in range(30)], "line 9: expected a number"),
        ([], "expected rows below the header, got none"),
        (["one,1", "two"], "line 3 has 1 cells; the header has 2"),
        (["one,1", '"two,2'], "line 3 cannot be split into cells"),
    ],
    ids=["same", "one class", "two rows", "no label", "a word", "nothing", "ragged", "unclosed"],
)
def test_what_cannot_be_learnt_from_is_refused(write, load_file, rows, said):
    with pytest.raises(DataError, match=said):
        load_file(write("f.csv", csv(*rows)))


def test_too_many_class_names_are_refused(write, load_file):
    rows = [f"text {number},name of {number}" for number in range(1100)]
    with pytest.raises(DataError, match="expected at most 1,000 classes in 'label', got 1,100"):
        load_file(write("f.csv", csv(*rows)))


def test_repeated_rows_with_different_labels_are_kept_and_counted(write, load_file, observer):
    rows = [f"text {number % 20},{number}" for number in range(60)]
    dataset = load_file(write("f.csv", csv(*rows)))
    assert sum(map(len, dataset.splits.values())) == 60
    assert any("inputs repeated with different labels" in note for note in observer.notes)


def test_one_feature_is_enough_and_a_constant_is_none(write, load_file):
    rows = [f"{number},{2 * number}" for number in range(30)]
    assert [column.name for column in load_file(write("f.csv", csv(*rows, head="x,label")), table=True).columns] == [
        "x"
    ]
    constant = [f"1,{number}" for number in range(30)]
    with pytest.raises(DataError, match="expected a column to learn from beside label, got none"):
        load_file(write("f.csv", csv(*constant, head="x,label")), table=True)


def test_a_million_columns_are_refused_at_once(write, load_file):
    head = ",".join([*(f"c{number}" for number in range(10**6)), "label"])
    path = write("f.csv", csv(*[",".join(["1"] * 10**6 + [str(row)]) for row in range(3)], head=head))
    with pytest.raises(DataError, match=f"expected at most {MOST_COLUMNS:,} columns in a table, got 1,000,001"):
        load_file(path, table=True)
    with pytest.raises(UsageError, match=r"c0, c1, .* and 999,951 more; got 'c5x'") as caught:
        load_file(path, label="c5x")
    assert caught.value.hint == "did you mean c5?"


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, "1 000", "1_000", "0x10", "12 %"])
def test_labels_of_other_kinds_are_named_by_line(write, load_file, value):
    rows = [json.dumps({"text": f"text {number}", "label": value if number == 3 else number}) for number in range(30)]
    with pytest.raises(DataError, match="line 4: expected a number in 'label'"):
        load_file(write("f.jsonl", "\n".join(rows)))
