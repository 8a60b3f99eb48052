from __future__ import annotations

import pytest

from prle.data import SPLITS, SourceRequest, load
from prle.errors import DataError, UsageError


def sizes(dataset) -> dict[str, int]:
    return {name: len(split) for name, split in dataset.splits.items()}


def test_one_file_is_cut_three_ways_and_says_so(write_pairs, load_file, observer):
    path = write_pairs("a.csv", rows=50)
    dataset = load_file(path, seed=7)
    assert sizes(dataset) == {"train": 40, "validation": 5, "test": 5}
    assert (dataset.name, dataset.origin, dataset.fields) == ("a.csv", str(path), ("sentence1", "sentence2"))
    assert any(
        "cut from the training rows with seed 7: train 40, validation 5, test 5" in note for note in observer.notes
    )
    assert list(load_file(path, seed=7).splits["test"].texts) == list(dataset.splits["test"].texts)
    assert load_file(path, seed=8).splits["test"].texts != dataset.splits["test"].texts


@pytest.mark.parametrize("request_", [{}, {"split": "split"}])
def test_a_split_column_is_used_and_guessed_when_it_says_nothing_else(write, load_file, observer, request_):
    rows = [f"text {row},{row},{('train', 'dev', 'test')[row % 3]}" for row in range(12)]
    dataset = load_file(write("a.csv", "\n".join(["text,label,split", *rows])), **request_)
    assert sizes(dataset) == {"train": 4, "validation": 4, "test": 4}
    assert any("splits taken from the column 'split'" in note for note in observer.notes) is (not request_)


def test_a_split_column_without_validation_has_it_cut_from_train(write, load_file):
    rows = [f"text {row},{row},{'test' if row < 5 else 'train'}" for row in range(25)]
    assert sizes(load_file(write("a.csv", "\n".join(["text,label,part", *rows])), split="part")) == {
        "train": 18,
        "validation": 2,
        "test": 5,
    }


def test_a_column_called_split_with_other_words_is_left_alone(write, load_file):
    rows = [f"text {row},{row},wood {row}" for row in range(20)]
    dataset = load_file(write("a.csv", "\n".join(["text,label,split", *rows])))
    assert sum(sizes(dataset).values()) == 20


def test_files_by_split(write_pairs, observer):
    paths = {name: write_pairs(f"{name}.csv") for name in SPLITS}
    dataset = load(SourceRequest(source=None, **paths), observer=observer)
    assert sizes(dataset) == dict.fromkeys(SPLITS, 6)
    assert dataset.name == "train.csv"
    assert all(str(path) in dataset.origin for path in paths.values())


def test_a_training_file_alone_gives_validation_and_no_test(write_pairs):
    dataset = load(SourceRequest(source=None, train=write_pairs("train.csv", rows=30)))
    assert sizes(dataset) == {"train": 27, "validation": 3}


def test_files_of_a_request_must_agree_on_columns(write, write_pairs):
    files = {"train": write_pairs("train.csv"), "validation": write("validation.csv", "text,label\na,1\nb,2\n")}
    with pytest.raises(UsageError, match=r"column of validation\.csv: .*got 'sentence1'"):
        load(SourceRequest(source=None, **files))


def test_near_misses_of_names_are_suggested():
    with pytest.raises(UsageError, match="got 'stbs'") as caught:
        load(SourceRequest(source="stbs"))
    assert caught.value.hint == "did you mean stsb?"


@pytest.mark.parametrize("source", ["absent.csv", "./absent", "folder/absent.jsonl.gz"])
def test_a_path_that_does_not_exist_says_so(source):
    with pytest.raises(DataError, match=r"absent.*: no such file"):
        load(SourceRequest(source=source))


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"source": None}, "expected a source"),
        ({"source": None, "test": "t.csv"}, "expected a source"),
        ({"source": "demo", "train": "t.csv"}, "got both a source"),
        ({"source": "demo", "split": "change"}, "--split change: demo already comes as train, validation, test"),
    ],
)
def test_options_that_contradict_each_other_are_refused(tmp_path, request_, message):
    paths = {key: tmp_path / value for key, value in request_.items() if key in SPLITS}
    with pytest.raises(UsageError, match=message):
        load(SourceRequest(**{**request_, **paths}))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,label\n", "expected rows below the header, got none"),
        ("text,label\na,1\n", "expected enough different rows"),
        ("text,label\n" + "a,\nb,nan\n" * 9, "expected enough different rows"),
        (
            "text,label\n" + "".join(f"text {row},3\n" for row in range(30)),
            "expected labels that vary; every label is 3",
        ),
        (
            "text,label\n" + "".join(f"text {row},x\n" for row in range(30)),
            "expected at least two classes in 'label', got only 'x'",
        ),
    ],
)
def test_files_that_cannot_be_learnt_from_are_refused(write, load_file, content, message):
    with pytest.raises(DataError, match=message):
        load_file(write("a.csv", content), text="text", label="label")
