from __future__ import annotations

import numpy as np
import pytest

from prle.data import SourceRequest, load
from prle.data.sources.demo import GRADES, open_demo
from prle.data.sources.demo_parts import DEEDS, PEOPLE, TOPICS


@pytest.fixture(scope="module")
def tables():
    return open_demo().tables


def test_it_says_that_it_is_synthetic_and_needs_no_file(observer):
    dataset = load(SourceRequest(source="demo"), observer=observer)
    assert dataset.synthetic
    assert "synthetic" in dataset.origin
    assert observer.notes == observer.warnings == []


def test_it_is_the_same_every_time(tables):
    again = open_demo().tables
    assert {name: list(table.rows) for name, table in again.items()} == {
        name: list(table.rows) for name, table in tables.items()
    }


def test_it_has_the_documented_size_and_few_sentences_to_embed(tables):
    assert {name: len(table) for name, table in tables.items()} == {"train": 2090, "validation": 457, "test": 459}
    assert len({text for table in tables.values() for row in table.rows for text in row[:2]}) <= 3500


def test_no_sentence_is_in_two_splits_and_no_pair_is_there_twice(tables):
    texts = [{text for row in table.rows for text in row[:2]} for table in tables.values()]
    assert sum(len(each) for each in texts) == len(set.union(*texts))
    for table in tables.values():
        pairs = [frozenset(row[:2]) for row in table.rows]
        assert len(pairs) == len(set(pairs))
        assert all(len(pair) == 2 for pair in pairs)


def test_every_split_has_every_change_graded_as_documented(tables):
    for table in tables.values():
        labels = np.array([float(cell) for cell in table.column("label")])
        changes = np.array(list(table.column("change")))
        assert set(changes) == set(GRADES)
        assert labels.min() >= 0
        assert labels.max() <= 5
        for change in ("paraphrase", "detail", "general", "object", "negation", "topic", "unrelated"):
            assert abs(labels[changes == change].mean() - GRADES[change]) < 0.1


def test_role_swaps_keep_the_words_and_mutual_ones_the_meaning(tables):
    swaps = [row for row in tables["train"].rows if row[3] == "role swap"]
    mutual = [deed.doing for deed in DEEDS if deed.mutual] + [deed.same for deed in DEEDS if deed.mutual]
    same = [float(row[2]) for row in swaps if any(doing in row[0] for doing in mutual)]
    turned = [float(row[2]) for row in swaps if not any(doing in row[0] for doing in mutual)]
    assert min(same) > max(turned)


def test_sentences_are_sentences(tables):
    for row in tables["test"].rows:
        for text in row[:2]:
            assert text[0].isupper()
            assert text.endswith(".")
            assert "  " not in text


def test_no_part_was_written_twice():
    actions = [action.doing for topic in TOPICS for action in topic.actions]
    assert len(actions) == len(set(actions))
    assert len({person.one for person in PEOPLE}) == len(PEOPLE)
