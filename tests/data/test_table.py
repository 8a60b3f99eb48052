from __future__ import annotations

import json
from pathlib import Path

import pytest

from prle.data import SPLITS, Column, SourceRequest, load
from prle.data.row_text import ROW, row_cells, row_text
from prle.errors import DataError, UsageError

HOUSES = """id,rooms,built,sea,price
a1,3,1990,NEAR,200
a2,4, 1980 ,FAR,150
a3,,1970,NEAR,310
a4,2,?,,120
a5,5,1995,ISLAND,400
a6,1,1960,FAR,90
a7,6,2001,FAR,415
a8,7,2004,NEAR,500
"""


@pytest.fixture
def houses(write, load_file):
    return lambda content=HOUSES, **request: load_file(write("houses.csv", content), table=True, **request)


def test_every_column_but_the_label_is_a_feature(houses, observer):
    dataset = houses(label="price")
    assert dataset.columns == (
        Column(name="rooms", kind="number"),
        Column(name="built", kind="number"),
        Column(name="sea", kind="category"),
    )
    assert (dataset.fields, dataset.label) == ((ROW,), "price")
    assert "houses.csv: left out, no two rows share a text, as in names or ids: id." in observer.notes


def test_rows_keep_their_cells_as_they_came(houses):
    dataset = houses(label="price")
    rows = {
        label: json.loads(text)
        for split in dataset.splits.values()
        for (text,), label in zip(split.texts, split.labels.tolist(), strict=True)
    }
    assert len(rows) == 8
    assert rows[150] == {"rooms": "4", "built": "1980", "sea": "FAR"}
    assert rows[120] == {"rooms": "2", "built": "?", "sea": ""}
    assert list(dataset.splits) == list(SPLITS)


def test_a_row_is_one_text_and_back():
    text = row_text({"b": ' "x", é ', "a": "1"}, ("a", "b", "c"))
    assert text == '{"a":"1","b":"\\"x\\", é","c":""}'
    assert row_cells(text, ("c", "b")) == ("", '"x", é')
    for broken in ("no json", '{"a":"1"}', "[1]"):
        with pytest.raises(DataError, match="expected a row of a, b"):
            row_cells(broken, ("a", "b"))


def test_the_label_is_guessed_by_its_name_alone(houses, observer):
    dataset = houses(HOUSES.replace("price", "target"))
    assert dataset.label == "target"
    assert "houses.csv: label guessed from the header: target." in observer.notes
    with pytest.raises(UsageError, match=r"--label cannot be guessed \(rooms or built or price\)"):
        houses()


def test_a_missing_validation_split_is_cut_from_the_training_rows(write):
    rows = [f"{row},{row % 3},{row * 2}" for row in range(40)]
    train, test = (write(f"{name}.csv", "\n".join(["x,k,y", *part])) for name, part in (("a", rows), ("b", rows[:4])))
    dataset = load(SourceRequest(source=None, train=train, test=test, table=True, label="y"))
    assert {name: len(split) for name, split in dataset.splits.items()} == {"train": 36, "validation": 4, "test": 4}
    again = load(SourceRequest(source=None, train=train, test=test, table=True, label="y", seed=1))
    assert again.splits["validation"].texts != dataset.splits["validation"].texts


def test_the_column_that_names_the_split_is_no_feature(write, load_file):
    names = ["train"] * 6 + ["dev"] * 2
    lines = [f"{row},{row},{name}" for row, name in enumerate(names)]
    dataset = load_file(write("t.csv", "\n".join(["x,y,split", *lines])), table=True, label="y")
    assert [column.name for column in dataset.columns] == ["x"]
    assert [len(split) for split in dataset.splits.values()] == [6, 2]


def test_constant_columns_are_left_out_in_one_note(houses, observer):
    lines = [f"{line},{'one' if row else 'k'},{'7' if row else 'm'}" for row, line in enumerate(HOUSES.splitlines())]
    dataset = houses("\n".join(lines), label="price")
    assert [column.name for column in dataset.columns] == ["rooms", "built", "sea"]
    assert "houses.csv: left out, the same in every row: k, m." in observer.notes


def test_columns_can_be_dropped(houses):
    dataset = houses(label="price", drop=("rooms", "id"))
    assert [column.name for column in dataset.columns] == ["built", "sea"]


@pytest.mark.parametrize("date", ["2024-01-{:02d}", "{}/12/2023", "{}.1.24", "2024-01-01T10:00:{:02d}"])
def test_dates_are_refused_with_what_helps(write, load_file, date):
    lines = [f"{date.format(row + 1)},{row},{row}" for row in range(8)]
    with pytest.raises(UsageError, match="'day': expected numbers or categories, got dates") as caught:
        load_file(write("t.csv", "\n".join(["day,x,y", *lines])), table=True, label="y")
    assert "--drop day" in caught.value.hint


@pytest.mark.parametrize("cell", ["many", "inf", "1_000"])
def test_a_column_of_mixed_cells_is_named_with_its_line(houses, cell):
    with pytest.raises(DataError, match=rf"houses\.csv: line 8: expected a number in 'rooms', got '{cell}'") as caught:
        houses(HOUSES.replace("a7,6", f"a7,{cell}"), label="price")
    assert "--drop rooms" in caught.value.hint


def test_a_mixed_cell_of_another_split_is_named_too(write):
    train = write("train.csv", "x,y\n" + "\n".join(f"{row},{row}" for row in range(8)))
    test = write("test.csv", "x,y\n1,1\nfew,2\n")
    with pytest.raises(DataError, match=r"test\.csv: line 3: expected a number in 'x', got 'few'"):
        load(SourceRequest(source=None, train=train, test=test, table=True, label="y"))


def test_a_split_without_a_column_is_refused(write):
    train = write("train.csv", "x,z,y\n" + "\n".join(f"{row},{row % 3},{row}" for row in range(8)))
    test = write("test.csv", "x,y\n1,1\n")
    with pytest.raises(UsageError, match=r"column of test\.csv: expected one of x, y; got 'z'"):
        load(SourceRequest(source=None, train=train, test=test, table=True, label="y"))


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"label": "prcie"}, "--label: column of houses.csv: expected one of"),
        ({"label": "price", "drop": ("seaa",)}, "--drop: column of houses.csv"),
        ({"label": "price", "drop": ("price",)}, "--drop price: expected a feature, it is the label"),
        ({"label": "price", "text": "sea"}, "--text: expected no text column"),
    ],
)
def test_options_that_do_not_fit_a_table(houses, request_, message):
    with pytest.raises(UsageError, match=message):
        houses(**request_)


def test_a_table_needs_a_column_that_tells_something(write, load_file):
    with pytest.raises(DataError, match="expected a column to learn from beside y, got none"):
        load_file(write("t.csv", "id,y\n" + "\n".join(f"n{row},{row}" for row in range(8))), table=True, label="y")


def test_dropping_is_for_tables(write, load_file):
    with pytest.raises(UsageError, match="--drop: expected a table") as caught:
        load_file(write("t.csv", "text,y\na,1\nb,2\n"), drop=("y",))
    assert "--table" in caught.value.hint


def test_labels_that_are_no_numbers_keep_their_error(houses):
    with pytest.raises(DataError, match="expected a number in 'sea', got 'NEAR'"):
        houses(label="sea", target="number")


@pytest.mark.parametrize("name", ["rows.tsv", "rows.jsonl.gz"])
def test_all_formats_are_tables(write, load_file, name):
    if name.endswith("tsv"):
        content = "x\tk\ty\n" + "\n".join(f"{row}\t{row % 2}b\t{row}" for row in range(12))
    else:
        content = "\n".join(json.dumps({"x": row, "k": f"{row % 2}b", "y": row}) for row in range(12))
    dataset = load_file(write(name, content), table=True, label="y")
    assert [column.kind for column in dataset.columns] == ["number", "category"]
    assert sum(map(len, dataset.splits.values())) == 12


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [("diabetes", 442, 10), ("breast_cancer", 569, 30), ("wine", 178, 13), ("digits", 1797, 61)],
)
def test_the_tables_of_scikit_learn_are_there_without_a_network(name, rows, columns):
    dataset = load(SourceRequest(source=name))
    assert sum(map(len, dataset.splits.values())) == rows
    assert len(dataset.columns) == columns
    assert dataset.origin.startswith("scikit-learn's load_")


def test_bundled_cells_read_back_exactly():
    from sklearn.datasets import load_diabetes

    dataset = load(SourceRequest(source="diabetes"))
    names = [column.name for column in dataset.columns]
    cells = {row_cells(text, names) for split in dataset.splits.values() for (text,) in split.texts}
    raw = load_diabetes(scaled=False).data
    assert {tuple(map(float, row)) for row in cells} == {tuple(row) for row in raw.tolist()}


def test_the_path_of_a_file_called_like_a_table_is_a_file(write, load_file):
    path = write("wine/rows.csv", "x,y\n" + "\n".join(f"{row},{row}" for row in range(12)))
    assert load_file(Path(path), table=True, label="y").name == "rows.csv"
