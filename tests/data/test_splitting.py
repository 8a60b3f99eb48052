from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.data import Split
from prle.data.splitting import cut, divide_by_column
from prle.errors import DataError
from tests.data.builders import filled


def make(texts: list[tuple[str, ...]]) -> Split:
    return Split(texts=tuple(texts), labels=np.arange(len(texts), dtype=np.float64))


def test_columns_may_use_the_usual_words_in_any_order():
    rows = (("a", "dev"), ("b", "Train"), ("c", "test"), ("d", " train "), ("e", "validation"))
    tables = divide_by_column(filled("text", "part", rows=rows), "part")
    assert {name: tuple(found.column("text")) for name, found in tables.items()} == {
        "train": ("b", "d"),
        "validation": ("a", "e"),
        "test": ("c",),
    }
    assert tables["train"].place(1) == "line 5"


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("train", "holdout"), "line 3: expected train, .* got 'holdout'"),
        (("test", "dev"), "no row of 'part' says train"),
    ],
)
def test_words_that_name_no_split_are_refused(cells, message):
    records = filled("part", rows=[(cell,) for cell in cells])
    with pytest.raises(DataError, match=message):
        divide_by_column(records, "part")


def test_a_tenth_each_the_same_with_the_same_seed_and_another_with_another():
    whole = make([(f"text {row}",) for row in range(100)])
    sides = cut(whole, ("validation", "test"), seed=3)
    assert {name: len(side) for name, side in sides.items()} == {"train": 80, "validation": 10, "test": 10}
    again, other = (cut(whole, ("validation", "test"), seed=seed) for seed in (3, 4))
    assert [list(side.texts) for side in again.values()] == [list(side.texts) for side in sides.values()]
    assert list(other["test"].texts) != list(sides["test"].texts)


@given(st.lists(st.tuples(*[st.sampled_from("abcdefgh")] * 2), max_size=60), st.integers(0, 99))
def test_rows_that_say_the_same_stay_on_one_side_and_none_is_lost(repeated, seed):
    texts = [*repeated, *((f"only {row}", "here") for row in range(20))]
    sides = cut(make(texts), ("validation", "test"), seed=seed)
    keys = [{frozenset(row) for row in side.texts} for side in sides.values()]
    assert sum(len(side) for side in keys) == len(set.union(*keys))
    rows = [row for side in sides.values() for row in side.labels.astype(int).tolist()]
    assert sorted(rows) == list(range(len(texts)))
    assert all(tuple(side.texts) == tuple(texts[int(row)] for row in side.labels) for side in sides.values())


def test_too_few_different_rows_are_refused():
    with pytest.raises(DataError, match="expected enough different rows to cut validation from; got 3") as caught:
        cut(make([("a",), ("b",), ("c",)]), ("validation",), seed=0)
    assert "--validation" in caught.value.hint
