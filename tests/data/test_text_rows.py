from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from prle.data.text_rows import TextRows, row_keys, shared, text_rows

TEXTS = st.text(st.sampled_from("ab\0é\N{GRINNING FACE}"), max_size=4)
ROWS = st.lists(st.tuples(TEXTS, TEXTS), max_size=30)


@given(ROWS)
def test_rows_come_back_one_by_one_together_and_by_column(rows):
    packed = text_rows(rows, 2)
    assert list(packed) == rows
    assert packed[1:4] == tuple(rows[1:4])
    assert [packed[row] for row in range(len(packed))] == rows
    assert list(packed.column(1)) == [second for _, second in rows]


@given(ROWS, ROWS)
def test_shared_texts_are_each_there_once_the_longest_first(first, second):
    parts = shared([text_rows(first, 2), text_rows(second, 2)])
    different = {text for row in (*first, *second) for text in row}
    assert list(parts[0].texts) == sorted(different, key=lambda text: (-len(text), text))
    assert parts[0].texts is parts[1].texts
    assert [list(part) for part in parts] == [first, second]


def test_what_is_shared_already_is_not_sorted_again():
    (rows,) = shared([text_rows([("a",), ("b",), ("a",)], 1)])
    halves = [rows.take(np.array([0, 2])), rows.take(np.array([1]))]
    assert shared(halves) == halves
    assert list(shared(halves[:1])[0].texts) == ["a"]


@given(ROWS, ROWS)
def test_rows_have_one_key_where_they_say_the_same_in_any_order(first, second):
    keys = np.concatenate(row_keys([text_rows(first, 2), text_rows(second, 2)]))
    said = [tuple(sorted(row)) for row in (*first, *second)]
    assert len(np.unique(keys)) == len(set(said))
    assert len({*zip(keys.tolist(), said, strict=True)}) == len(set(said))


def test_many_rows_of_one_length_are_one_group():
    texts = [f"{number:05}" for number in range(9_000)]
    (rows,) = shared([TextRows(text_rows([(text,) for text in texts[::-1]], 1).texts, np.arange(9_000)[:, None])])
    assert list(rows.texts) == texts
    assert rows.ids[:3, 0].tolist() == [8_999, 8_998, 8_997]
