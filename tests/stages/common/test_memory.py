from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from prle.config import resolve
from prle.data.interface import Dataset, Split
from prle.errors import UsageError
from prle.models.labels.checkpoint import load
from prle.models.labels.training import order
from prle.stages.common import memory
from prle.stages.common.memory import LEAST, parse_memory, vectors_in
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace
from prle.workspace.vectors import MappedRows
from tests.data.conftest import Recorder
from tests.stages.conftest import QUICK
from tests.workspace.builders import StubEncoder

MANY, WIDTH = 40_000, 512
FIT = """
import re, sys
from pathlib import Path
from prle.config import resolve
from prle.stages.fit import fit
from prle.models.labels.training import start
start.SAMPLE = 2048
settings = {"votes.voters": "none", "prototypes.count": 4, "train.epochs": 0, "value_space.projection": "identity"}
fit(Path(sys.argv[1]), resolve(None, settings), memory=int(sys.argv[2]))
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.parametrize(
    ("text", "size"),
    [("2GiB", 2 * 2**30), ("600MB", 600_000_000), ("1.5g", 1_500_000_000), ("2000000 KiB", 2_048_000_000)],
)
def test_sizes_are_read_as_people_write_them(text, size):
    assert parse_memory(text) == size


def test_less_than_the_libraries_need_is_refused():
    with pytest.raises(
        UsageError, match=r"memory: expected at least 512MiB, which the libraries alone need, got 500MB"
    ):
        parse_memory("500MB")


@pytest.mark.parametrize("text", ["", "much", "2 apples", "-1GiB", "1e9"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(UsageError, match="memory: expected a size such as 2GiB"):
        parse_memory(text)


def test_vectors_that_take_too_much_stay_in_the_file(workspace):
    with open_workspace(workspace) as opened:
        read, mapped = (vectors_in(opened, "train", size) for size in (2**30, 8 * 2**10))
        assert isinstance(read, np.ndarray)
        assert isinstance(mapped, MappedRows)
        assert mapped.shape == read.shape
        np.testing.assert_array_equal(mapped[:], read)
        rows = np.array([7, 0, 7])
        np.testing.assert_array_equal(mapped[rows], read[rows])
        np.testing.assert_array_equal(mapped[5:9], read[5:9])


@pytest.mark.parametrize("settings", [QUICK, {**QUICK, "train.committee": 2, "losses.metric.rows": 99}])
def test_a_fit_is_the_same_wherever_its_vectors_are(workspace, monkeypatch, settings):
    monkeypatch.setattr(order, "SHUFFLED_WHOLE", 100)
    monkeypatch.setattr(order, "BLOCK", 16)
    fit(workspace, resolve(None, settings), name="read")
    fit(workspace, resolve(None, settings), name="mapped", memory=2**13)
    with open_workspace(workspace) as opened:
        read, mapped = opened.model("read").arrays, opened.model("mapped").arrays
        assert set(read) == set(mapped)
        for path, array in read.items():
            np.testing.assert_allclose(mapped[path], array, rtol=1e-5, atol=1e-5, err_msg=path)


def test_rows_that_memory_holds_are_those_that_vote(workspace):
    """Others stay in the file, and prototypes are among those that vote."""
    observer = Recorder()
    fit(workspace, resolve(None, {**QUICK, "votes.voters": "examples"}), memory=2**18, observer=observer)
    with open_workspace(workspace) as opened:
        voters, rows = load(opened, "default").ballot.voters, len(opened.labels("train"))
    assert 0 < len(voters) < rows
    assert voters.rows.max() < rows
    assert voters.rows.max() >= len(voters), "drawn from all of them, not the first ones"
    assert set(voters.anchors) <= set(voters.rows)
    assert f"memory holds {len(voters):,} of {rows:,} rows" in observer.notes[0]


def test_predictions_are_the_same_too(workspace, monkeypatch):
    before = predict_split(workspace, "test", PredictRequest(level=0.5))
    monkeypatch.setattr(memory, "machine_memory", lambda: 2**13)
    assert predict_split(workspace, "test", PredictRequest(level=0.5)) == before


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of a process itself")
def test_a_fit_of_many_rows_leaves_them_in_the_file(tmp_path):
    """40,000 rows of 512 numbers are 82 MB; what is kept and sampled of them would hide that, and is made small."""
    splits = {
        name: Split(texts=tuple((f"{name} {row}",) for row in range(rows)), labels=np.linspace(0.0, 5.0, rows))
        for name, rows in (("train", MANY), ("validation", 500))
    }
    dataset = Dataset(name="many", fields=("text",), label="y", origin="made up", splits=splits)
    path = tmp_path / "prle.h5"
    embed(EmbedRequest(workspace=path), dataset, StubEncoder(width=WIDTH))
    peaks = {}
    for budget in (2**40, LEAST):
        done = subprocess.run([sys.executable, "-c", FIT, str(path), str(budget)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        peaks[budget] = int(done.stdout) * 1024
    vectors = MANY * WIDTH * 4
    assert peaks[LEAST] < peaks[2**40] - vectors / 2
