"""Small fitted workspaces that commands can really be asked about."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from prle.config import resolve
from prle.data import SourceRequest, load
from prle.data.interface import Dataset, Split
from prle.encoders import TabularSettings, fit_tabular, load_encoder
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit

QUICK = {"prototypes.count": 6, "train.epochs": 2, "value_space.projection": "identity", "votes.voters": "none"}
HOSTILE = "</script><script>document.title='taken'</script> <img src=x onerror=alert(1)>"


def _shortened(dataset, rows):
    splits = {
        name: Split(texts=split.texts[:rows], labels=split.labels[:rows]) for name, split in dataset.splits.items()
    }
    return replace(dataset, splits=splits)


@pytest.fixture(scope="session")
def pairs_file(tmp_path_factory) -> Path:
    """Pairs with numbers; the first test row would like to be more than text."""
    path = tmp_path_factory.mktemp("pairs") / "prle.h5"
    demo = _shortened(load(SourceRequest(source="demo")), 200)
    test = demo.splits["test"]
    texts = ((HOSTILE, "A man plays."), *test.texts[1:])
    demo = replace(demo, splits={**demo.splits, "test": replace(test, texts=texts)})
    embed(EmbedRequest(workspace=path), demo, load_encoder("hashing:64"))
    fit(path, resolve(None, QUICK))
    return path


@pytest.fixture(scope="session")
def table_file(tmp_path_factory) -> Path:
    """Rows of a table with classes."""
    path = tmp_path_factory.mktemp("table") / "prle.h5"
    wine = load(SourceRequest(source="wine"))
    embed(EmbedRequest(workspace=path), wine, fit_tabular(wine, TabularSettings(bins=8)))
    fit(path, resolve(None, QUICK))
    return path


@pytest.fixture(scope="session")
def voting_pairs_file(pairs_file, tmp_path_factory) -> Path:
    """The same pairs, on which examples vote."""
    return _voted(pairs_file, tmp_path_factory.mktemp("pairs"))


@pytest.fixture(scope="session")
def voting_table_file(table_file, tmp_path_factory) -> Path:
    """The same table, on whose classes examples vote."""
    return _voted(table_file, tmp_path_factory.mktemp("table"))


def _voted(source: Path, folder: Path) -> Path:
    path = Path(shutil.copy(source, folder / "prle.h5"))
    fit(path, resolve(None, {**QUICK, "votes.voters": "examples", "votes.base": "linear", "place.neighbours": 20}))
    return path


@pytest.fixture(scope="session")
def rankings_file(tmp_path_factory) -> Path:
    """Questions with the texts that answer them; the first answer would like to be more than text."""
    path = tmp_path_factory.mktemp("rankings") / "prle.h5"
    devices = ("lamp", "clock", "radio", "kettle", "heater")
    splits = {
        name: Split(
            texts=tuple((f"how do I use my {devices[row % 5]} number {row}",) for row in range(rows)),
            labels=np.array([row % 5 for row in range(rows)], float),
        )
        for name, rows in (("train", 60), ("validation", 20), ("test", 20))
    }
    answers = (HOSTILE, *(f"Press the button of the {device}." for device in devices[1:]))
    manual = Dataset(
        name="manual", fields=("question",), label="answer", origin="made here", splits=splits, synthetic=True,
        targets=answers,
    )  # fmt: skip
    embed(EmbedRequest(workspace=path), manual, load_encoder("hashing:64"))
    fit(path, resolve(None, {"prototypes.count": 3, "train.epochs": 2, "answers.rank": 4}))
    return path
