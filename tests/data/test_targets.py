"""Texts as targets: what is read of them, of groups and paths, and where a cut may go."""

from __future__ import annotations

import pytest

from prle.data import SourceRequest, load
from prle.data.label_words import as_words
from prle.errors import DataError, UsageError
from tests.data.conftest import Recorder


@pytest.fixture
def file(tmp_path):
    lines = ["q,a,tree,place,who"]
    lines += [f"question {row},answer {row % 7},t{row % 5},x > y{row % 3},u{row % 10}" for row in range(60)]
    path = tmp_path / "qa.csv"
    path.write_text("\n".join([*lines, "no answer,,t0,x,u0"]) + "\n")
    return path


def read(file, **request):
    return load(SourceRequest(source=str(file), text="q", label="a", target="text", **request))


def test_distinct_texts_are_numbered_and_rows_point_at_them(file):
    dataset = read(file)
    assert sorted(dataset.targets) == [f"answer {number}" for number in range(7)]
    assert dataset.classes == ()
    for split in dataset.splits.values():
        for (question,), code in zip(split.texts, split.labels, strict=True):
            assert dataset.targets[int(code)] == f"answer {int(question.split()[1]) % 7}"
    assert sum(map(len, dataset.splits.values())) == 60, "a row without an answer teaches nothing"


def test_groups_and_paths_stay_with_their_rows(file):
    dataset = read(file, group="tree", path="place")
    for split in dataset.splits.values():
        for (question,), tree, place in zip(split.texts, split.groups, split.paths, strict=True):
            row = int(question.split()[1])
            assert (tree, place) == (f"t{row % 5}", f"x > y{row % 3}")


@pytest.mark.parametrize("column", ["who", "a"])
def test_a_cut_leaves_a_block_on_one_side(file, column):
    dataset = read(file, split_by=column)
    blocks = [set(split.blocks) for split in dataset.splits.values()]
    assert min(map(len, blocks)) > 0
    assert sum(map(len, blocks)) == len(set().union(*blocks))


def test_columns_that_are_not_there_are_named(file):
    with pytest.raises(UsageError, match="--group"):
        read(file, group="treee")


def test_groups_are_for_texts(file):
    with pytest.raises(UsageError, match="groups and paths route"):
        load(SourceRequest(source=str(file), text="q", label="a", target="class", group="tree"))


def test_one_text_is_nothing_to_find(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("q,a\n" + "".join(f"question {row},yes\n" for row in range(30)))
    with pytest.raises(DataError, match="at least two different texts"):
        read(path)


def test_rows_that_ask_for_something_new_are_counted(file):
    seen = Recorder()
    load(SourceRequest(source=str(file), text="q", label="a", target="text", split_by="a"), observer=seen)
    assert any("that train does not have" in note for note in seen.notes)


def test_features_of_a_table_are_not_what_it_is_split_by(file):
    dataset = load(
        SourceRequest(source=str(file), label="a", target="text", table=True, split_by="who", group="tree", drop=("q",))
    )
    assert [column.name for column in dataset.columns] == ["place"]


@pytest.mark.parametrize(
    ("text", "words"), [("card_arrival", "card arrival"), ("snake_case here", "snake_case here"), ("_", "_")]
)
def test_names_become_words(text, words):
    assert as_words(text) == words
