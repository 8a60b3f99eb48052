"""Small workspaces whose models vote: of numbers (pairs of texts), of classes (texts) and of a table."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from prle.config import resolve
from prle.data.interface import Dataset
from prle.encoders import load_encoder
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.source import embed_source
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit
from tests.stages.test_classes import dataset as pets

VOTING = {"votes.voters": "examples", "votes.base": "linear", "prototypes.count": 6, "train.epochs": 2}
BASES = {"number": "kernel", "class": "linear", "table": "linear"}


@pytest.fixture(scope="session")
def votes_once(demo: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One workspace a kind, each with a model of six prototypes."""
    folder = tmp_path_factory.mktemp("votes")
    made = {kind: folder / f"{kind}.h5" for kind in ("number", "class", "table")}
    for kind, data in (("number", demo), ("class", pets())):
        embed(EmbedRequest(workspace=made[kind]), data, load_encoder("hashing:64"))
    embed_source(made["table"], "wine")
    for kind, path in made.items():
        fit(path, resolve(None, {**VOTING, "votes.base": BASES[kind]}))
    return made


@pytest.fixture(params=["number", "class", "table"])
def voting(request: pytest.FixtureRequest, votes_once: dict[str, Path], tmp_path: Path) -> Path:
    """A copy that a test may change, of each kind."""
    return Path(shutil.copy(votes_once[request.param], tmp_path / "votes.h5"))


@pytest.fixture
def voting_numbers(votes_once: dict[str, Path], tmp_path: Path) -> Path:
    """A copy that a test may change, of numbers."""
    return Path(shutil.copy(votes_once["number"], tmp_path / "votes.h5"))
