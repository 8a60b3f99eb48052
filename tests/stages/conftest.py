"""A real workspace for the stages: part of the demo data, hashed vectors, one fitted model."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from prle.config import resolve
from prle.data import SourceRequest, load
from prle.data.interface import Dataset, Split
from prle.encoders import load_encoder
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit

QUICK = {"prototypes.count": 6, "train.epochs": 4, "votes.voters": "none"}


def shortened(dataset: Dataset, rows: int) -> Dataset:
    splits = {
        name: Split(texts=split.texts[:rows], labels=split.labels[:rows]) for name, split in dataset.splits.items()
    }
    return replace(dataset, splits=splits)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let speeds be measured once, not until the clock can be trusted: no test is about how fast something is."""
    for module in ("prle.stages.bench.measuring", "prle.stages.distill.courses"):
        monkeypatch.setattr(f"{module}._TIMING_SECONDS", 0.0)


@pytest.fixture(scope="session")
def demo() -> Dataset:
    return shortened(load(SourceRequest(source="demo")), 300)


@pytest.fixture(scope="session")
def fitted_once(demo: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = tmp_path_factory.mktemp("workspace") / "prle.h5"
    embed(EmbedRequest(workspace=workspace), demo, load_encoder("hashing:64"))
    fit(workspace, resolve(None, QUICK))
    return workspace


@pytest.fixture
def workspace(fitted_once: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copy(fitted_once, tmp_path / "prle.h5"))
