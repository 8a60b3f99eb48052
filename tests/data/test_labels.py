from __future__ import annotations

import pytest

from prle.data.clean import check_splits
from prle.data.formats.records import Records
from prle.data.labels import MOST_CLASSES, Numbers, choose_labelling
from prle.errors import DataError
from tests.data.builders import filled
from tests.data.test_clean import GOOD, split


def table(*cells: str) -> Records:
    return filled("text", "y", rows=[(f"text {row}", cell) for row, cell in enumerate(cells)])


def labelling(observer, *cells: str, target="auto", **others: Records):
    return choose_labelling({"train": table(*cells), **others}, "y", target, observer)


def test_words_become_classes_in_sorted_order_and_codes_are_their_places(observer):
    found = labelling(observer, "no", "yes", "maybe", "no")
    assert found.classes == ("maybe", "no", "yes")
    assert found.read(table("yes", " no ", "maybe"), "y").tolist() == [2.0, 1.0, 0.0]
    assert observer.notes == ["f.csv: y is read as 3 classes (maybe, no, yes)."]


def test_numbers_stay_numbers_unless_they_are_asked_to_be_classes(observer):
    assert isinstance(labelling(observer, "1", "2", "2.5"), Numbers)
    forced = labelling(observer, "10", "2", "2.0", target="class")
    assert forced.classes == ("2", "10")
    assert forced.read(table("2.00", "10"), "y").tolist() == [0.0, 1.0]
    assert observer.notes == []


def test_one_word_among_numbers_is_a_mistake_to_be_told(observer):
    found = labelling(observer, "1", "2", "good")
    with pytest.raises(DataError, match=r"line 4: expected a number in 'y', got 'good'") as caught:
        found.read(table("1", "2", "good"), "y")
    assert "--target class" in caught.value.hint


def test_a_row_without_a_class_has_no_label_and_none_is_a_class(observer):
    found = labelling(observer, "none", "against", "?", "", "NaN")
    assert found.classes == ("against", "none")
    read = found.read(table("none", "?", ""), "y")
    assert read[0] == 1.0
    assert read[1] != read[1]
    assert read[2] != read[2]


@pytest.mark.parametrize(("cells", "found"), [(("a", "a"), "only 'a'"), (("?", ""), "none")])
def test_fewer_than_two_classes_are_refused(observer, cells, found):
    with pytest.raises(DataError, match=f"expected at least two classes in 'y', got {found}"):
        labelling(observer, *cells, target="class")


def test_identifiers_are_no_classes(observer):
    with pytest.raises(DataError, match="expected at most 1,000 classes in 'y', got 1,001") as caught:
        labelling(observer, *(f"id{row}" for row in range(MOST_CLASSES + 1)))
    assert "--target number" in caught.value.hint


def test_a_class_that_train_does_not_have_is_named(observer):
    found = labelling(observer, "a", "b", test=table("a", "c", "c"))
    assert found.classes == ("a", "b", "c")
    test = split((("x",), 0.0), (("y",), 2.0), (("z",), 2.0))
    validation = split((("v",), 0.0), (("w",), 1.0))
    check_splits({"train": GOOD, "validation": validation, "test": test}, "y", observer, labelling=found)
    assert observer.warnings == ["test: 2 rows of classes that train does not have (c) can only be wrong."]


def test_a_data_set_knows_its_classes(write, load_file, observer):
    rows = "\n".join(f"text {row},{('cat', 'dog')[row % 2]}" for row in range(40))
    dataset = load_file(write("pets.csv", f"text,label\n{rows}"))
    assert dataset.classes == ("cat", "dog")
    assert set(dataset.splits["test"].labels.tolist()) <= {0.0, 1.0}
