from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.data.interface import Dataset, Split
from prle.errors import DataError
from prle.workspace.contents import contents_of
from tests.workspace.builders import make_dataset

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


def one_split(*rows, labels=None):
    split = Split(texts=rows, labels=np.zeros(len(rows)) if labels is None else np.array(labels))
    return Dataset(name="d", fields=("a", "b"), label="y", origin="o", splits={"train": split})


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1))
def test_rows_point_at_distinct_texts_from_long_to_short(rows):
    contents = contents_of(one_split(*rows))
    texts = list(contents.texts)
    assert [tuple(texts[i] for i in row) for row in contents.rows["train"]] == rows
    assert len(set(texts)) == len(texts)
    assert [len(text) for text in texts] == sorted(map(len, texts), reverse=True)


def test_identities_follow_texts_rows_and_labels():
    base = contents_of(one_split(("a", "b"), ("b", "c"), labels=[1, 2]))
    labels = contents_of(one_split(("a", "b"), ("b", "c"), labels=[1, 3]))
    rows = contents_of(one_split(("a", "b"), ("c", "b"), labels=[1, 2]))
    texts = contents_of(one_split(("a", "b"), ("b", "d"), labels=[1, 2]))
    assert base.source == contents_of(one_split(("a", "b"), ("b", "c"), labels=[1, 2])).source
    assert base.texts_identity == labels.texts_identity == rows.texts_identity != texts.texts_identity
    assert len({base.source, labels.source, rows.source, texts.source}) == 4


def test_a_text_is_located_by_the_first_row_that_uses_it():
    contents = contents_of(make_dataset())
    first = contents.rows["validation"][2, 0]
    assert contents.locate(int(first)) == "validation row 2"
    with pytest.raises(ValueError, match="no row uses text 999"):
        contents.locate(999)


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (one_split(("a", "b"), ("\ud83d", "c")), "train row 1, a: not valid Unicode, half a surrogate pair"),
        (one_split(("a", "b"), ("c",)), "train row 1: expected 2 texts, got 1"),
        (one_split(("a", "b"), labels=[np.nan]), "train row 0: expected a finite label, got nan"),
        (one_split(("a", "b"), labels=[1, 2]), "train: expected 1 labels, got an array of shape"),
        (one_split(), "d: expected at least one row, got none"),
        (replace(one_split(), splits={}), "d: expected at least one row, got none"),
    ],
)
def test_data_that_cannot_be_stored_are_refused_by_row(dataset, message):
    with pytest.raises(DataError, match=message):
        contents_of(dataset)
