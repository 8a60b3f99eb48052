from __future__ import annotations

import os
from pathlib import Path

import huggingface_hub
import pytest

from prle.data import SPLITS, SourceRequest, load
from prle.data.sources.builtin import LISTINGS
from prle.data.sources.opening import BUILT_IN
from prle.errors import DataError, OfflineError

REAL = os.environ.get("PRLE_DATA", "")


@pytest.fixture
def folder(write_pairs, monkeypatch, tmp_path):
    """A data folder with a small ``stsb``."""
    for name in SPLITS:
        write_pairs(f"data/stsb/{name}.csv")
    monkeypatch.setenv("PRLE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_names_are_the_demo_the_listings_and_what_comes_with_scikit_learn():
    listed = ("stsb", "sick", "emobank", "sst5")
    assert ("demo", *listed, "diabetes", "breast_cancer", "wine", "digits") == BUILT_IN


def test_a_local_folder_is_read_before_anything_else(folder, observer):
    dataset = load(SourceRequest(source="stsb"), observer=observer)
    assert (dataset.name, dataset.fields, dataset.label) == ("stsb", ("sentence1", "sentence2"), "label")
    assert dataset.origin == str(folder / "stsb")
    assert list(dataset.splits) == list(SPLITS)
    assert not dataset.synthetic
    assert observer.notes == observer.warnings == []


def test_the_first_of_several_folders_that_has_it_is_used(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("PRLE_DATA", os.pathsep.join([str(tmp_path / "absent"), "", str(folder)]))
    assert load(SourceRequest(source="stsb")).origin == str(folder / "stsb")


def test_a_folder_without_all_splits_is_refused(folder):
    (folder / "stsb" / "test.csv").unlink()
    with pytest.raises(DataError, match=r"missing: test\.csv"):
        load(SourceRequest(source="stsb"))


@pytest.mark.parametrize("name", list(LISTINGS))
def test_what_is_nowhere_is_offline_and_says_where_to_put_it(name):
    with pytest.raises(OfflineError) as caught:
        load(SourceRequest(source=name))
    assert caught.value.exit_code == 5
    assert "PRLE_DATA" in caught.value.hint
    assert "prle embed FILE.csv" in caught.value.hint


def test_stsb_comes_from_the_hub_as_json_lines(monkeypatch, write_pairs, observer):
    asked = []

    def download(repository, path, **options):
        asked.append((repository, path))
        return str(write_pairs(f"hub/{path}", label="score"))

    monkeypatch.setattr("prle.data.sources.hub.require_hub", lambda *_: None)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    dataset = load(SourceRequest(source="stsb"), observer=observer)
    assert asked == [("mteb/stsbenchmark-sts", f"{name}.jsonl.gz") for name in SPLITS]
    assert dataset.label == "score"
    assert dataset.splits["train"].labels.tolist() == [0, 1, 2, 3, 4, 0]
    assert dataset.origin.startswith("hf:mteb/stsbenchmark-sts@")


@pytest.mark.parametrize(
    ("name", "rows", "low", "high"),
    [
        ("stsb", (5749, 1500, 1379), 0, 5),
        ("sick", (4500, 500, 4927), 1, 5),
        ("emobank", (8062, 1000, 1000), 1, 5),
        ("sst5", (8544, 1101, 2210), 0, 4),
    ],
)
def test_the_real_sets_are_whole(monkeypatch, name, rows, low, high):
    if not any((Path(entry) / name).is_dir() for entry in REAL.split(os.pathsep) if entry):
        pytest.skip(f"PRLE_DATA has no {name}")
    monkeypatch.setenv("PRLE_DATA", REAL)
    dataset = load(SourceRequest(source=name))
    assert tuple(len(split) for split in dataset.splits.values()) == rows
    assert all(low <= split.labels.min() < split.labels.max() <= high for split in dataset.splits.values())
    if name == "emobank":
        assert ("None",) in dataset.splits["validation"].texts
        assert load(SourceRequest(source=name, label="A")).label == "A"
