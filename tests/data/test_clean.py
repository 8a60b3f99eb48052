from __future__ import annotations

import numpy as np
import pytest

from prle.data import Split
from prle.data.clean import check_splits, clean
from prle.data.formats.records import Columns, Records
from prle.errors import DataError
from tests.data.builders import filled

PAIR = Columns(fields=("a", "b"), label="y")


def table(*rows: tuple[str, str, str]) -> Records:
    return filled("a", "b", "y", rows=rows)


def split(*rows: tuple[tuple[str, ...], float]) -> Split:
    return Split(texts=tuple(texts for texts, _ in rows), labels=np.array([label for _, label in rows]))


GOOD = split((("a",), 0.0), (("b",), 1.0))


def test_rows_without_text_or_label_are_dropped_and_counted_once_a_kind(observer):
    records = table(
        ("x", "y", "1"), ("x", " ", "2"), ("", "", ""), ("x", "y", "nan"), ("p", "q", "-inf"), ("p", "q", "0.5")
    )
    kept = clean(records, PAIR, observer)
    assert tuple(kept.texts) == (("x", "y"), ("p", "q"))
    assert kept.labels.tolist() == [1.0, 0.5]
    assert kept.labels.dtype == np.float64
    assert observer.warnings == [
        "f.csv: dropped 2 rows without a or b (first: line 3).",
        "f.csv: dropped 2 rows without a finite y (first: line 5).",
    ]


def test_texts_are_kept_as_they_are(observer):
    kept = clean(table(("None", " [x] ", "1")), PAIR, observer)
    assert tuple(kept.texts) == (("None", " [x] "),)
    assert observer.warnings == []


def test_a_label_of_text_names_its_row_and_value(observer):
    with pytest.raises(DataError, match=r"f\.csv: line 3: expected a number in 'y', got 'good'") as caught:
        clean(table(("x", "y", "1"), ("x", "y", "good")), PAIR, observer)
    assert "--label" in caught.value.hint


@pytest.mark.parametrize("name", ["train", "validation"])
def test_a_single_row_is_refused(observer, name):
    with pytest.raises(DataError, match=f"{name}: expected at least 2 usable rows, got 1"):
        check_splits({"train": GOOD, "validation": GOOD, name: split((("a",), 1.0))}, "y", observer)


def test_constant_labels_stop_training_and_only_worry_elsewhere(observer):
    constant = split((("c",), -1.0), (("d",), -1.0))
    with pytest.raises(DataError, match="train: expected labels that vary; every y is -1"):
        check_splits({"train": constant, "validation": GOOD}, "y", observer)
    check_splits({"train": GOOD, "validation": split((("e",), 0.0), (("f",), 1.0)), "test": constant}, "y", observer)
    assert observer.warnings == ["test: every y is -1; no correlation can be measured there."]


def test_repeated_inputs_with_other_labels_are_noted_whatever_their_order(observer):
    train = split((("a", "b"), 0.0), (("b", "a"), 1.0), (("c", "d"), 1.0), (("c", "d"), 1.0))
    check_splits({"train": train, "validation": split((("x", "y"), 0.0), (("x", "z"), 1.0))}, "y", observer)
    assert observer.notes == ["train: inputs repeated with different labels: 1; all are kept."]


def test_rows_that_are_also_in_train_are_counted_a_split(observer):
    validation = split((("b",), 1.0), (("x",), 0.0))
    check_splits({"train": GOOD, "validation": validation, "test": split((("y",), 0.0), (("z",), 1.0))}, "y", observer)
    assert observer.warnings == ["validation: 1 of 2 rows are also in train; scores there are a little high."]
