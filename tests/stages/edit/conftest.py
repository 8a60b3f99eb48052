"""Workspaces whose models vote: pairs with numbers, and texts with classes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from prle.config import resolve
from prle.data.interface import Dataset
from prle.encoders import load_encoder
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit
from tests.stages.test_classes import dataset as pets

VOTING = {
    "votes.voters": "examples",
    "votes.base": "linear",
    "votes.differs": "off",
    "prototypes.count": 6,
    "train.epochs": 2,
}


@pytest.fixture(scope="session")
def voting_once(demo: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("edited")
    made = {kind: folder / f"{kind}.h5" for kind in ("numbers", "classes")}
    for path, data in zip(made.values(), (demo, pets()), strict=True):
        embed(EmbedRequest(workspace=path), data, load_encoder("hashing:64"))
        fit(path, resolve(None, VOTING))
    return made


@pytest.fixture
def numbers(voting_once: dict[str, Path], tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copy(voting_once["numbers"], tmp_path / "prle.h5"))


@pytest.fixture
def classes(voting_once: dict[str, Path], tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copy(voting_once["classes"], tmp_path / "prle.h5"))


@pytest.fixture(params=["numbers", "classes"])
def voting(request: pytest.FixtureRequest) -> Path:
    """A copy that a test may change, of each kind."""
    found: Path = request.getfixturevalue(request.param)
    return found
