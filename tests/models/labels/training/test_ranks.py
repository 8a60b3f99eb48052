"""Two processes on loopback do what one does, and one that is killed ends the other."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from prle.config import resolve
from prle.data import SourceRequest, load
from prle.encoders import load_encoder
from prle.models.labels.checkpoint import load as load_model
from prle.models.labels.training.ranks import ALONE, Ranks, joined_ranks, told_ranks
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit
from tests.models.labels.training.together import ended, gradients, started
from tests.stages.conftest import shortened


@given(rows=st.integers(0, 200), count=st.integers(1, 9))
def test_parts_of_a_batch_are_all_of_it_and_differ_by_one_row(rows, count):
    parts = [Ranks(rank=rank, count=count).own(rows) for rank in range(count)]
    assert [row for part in parts for row in range(rows)[part]] == list(range(rows))
    sizes = [part.stop - part.start for part in parts]
    assert max(sizes) - min(sizes) <= 1


def test_one_process_gets_back_what_it_gives():
    tensor = torch.randn(3, 2, requires_grad=True)
    assert ALONE.gathered([tensor], 3)[0] is tensor
    assert ALONE.common(tensor) is tensor
    with joined_ranks() as ranks:
        assert ranks is ALONE


def test_what_all_have_computed_alike_is_counted_once():
    tensor = torch.tensor([0.1, 3.0], requires_grad=True)
    shared = Ranks(rank=1, count=4).common(tensor)
    assert torch.equal(shared, tensor)
    shared.sum().backward()
    assert tensor.grad.tolist() == [0.25, 0.25]


def test_the_rank_is_known_before_anybody_is_joined(monkeypatch):
    assert told_ranks() == ALONE
    monkeypatch.setenv("WORLD_SIZE", "4")
    monkeypatch.setenv("RANK", "3")
    assert (told_ranks().rank, told_ranks().count, told_ranks().first) == (3, 4, False)


@pytest.mark.slow
def test_every_loss_has_the_gradient_that_one_process_finds(tmp_path):
    """Those too that are no means over rows, of a batch that does not divide, with noise and rows drawn anew."""
    script = tmp_path / "both.py"
    script.write_text(
        "import numpy as np\n"
        "from prle.models.labels.training.ranks import joined_ranks\n"
        "from tests.models.labels.training.together import gradients\n"
        "with joined_ranks() as ranks:\n"
        "    for drawn in (0, 45):\n"
        f"        np.savez({str(tmp_path)!r} + f'/{{drawn}}-{{ranks.rank}}.npz', **gradients(ranks, drawn))\n"
    )
    for code, _, errors in ended(started(2, str(script))):
        assert code == 0, errors
    for drawn in (0, 45):
        alone = gradients(ALONE, drawn)
        first, second = (np.load(tmp_path / f"{drawn}-{rank}.npz") for rank in (0, 1))
        for name, expected in alone.items():
            assert np.array_equal(first[name], second[name]), f"{name}: both take the same step"
            largest = np.abs(expected).max()
            assert largest > 0.0, name
            assert np.abs(first[name] - expected).max() <= 1e-5 * largest, name


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("ranks") / "prle.h5"
    embed(EmbedRequest(workspace=path), shortened(load(SourceRequest(source="demo")), 300), load_encoder("hashing:64"))
    return path


OPTIONS = ("--prototypes", "6", "--epochs", "4", "--projection", "siamese")


@pytest.mark.slow
def test_two_processes_store_what_one_stores(workspace, tmp_path):
    one, two = (Path(shutil.copy(workspace, tmp_path / name)) for name in ("one.h5", "two.h5"))
    report = fit(one, resolve(None, {"prototypes.count": 6, "train.epochs": 4, "value_space.projection": "siamese"}))
    first, second = ended(started(2, "-m", "prle_cli", "fit", *OPTIONS, "-w", str(two), "--format", "json"))
    assert first[0] == second[0] == 0, first[2] + second[2]
    assert second[1:] == ("", ""), "only the first speaks"
    assert first[2].count("epoch 4/4") == 1
    said = {key: float(value) for key, value in _numbers(first[1])}
    assert said["validation_rmse"] == pytest.approx(report.validation_rmse, abs=1e-4)
    with _opened(one) as left, _opened(two) as right:
        expected, found = load_model(left, "default"), load_model(right, "default")
        sentences = left.embeddings("test")
    assert np.array_equal(found.anchors, expected.anchors)
    gap = found.predictor().predict(sentences) - expected.predictor().predict(sentences)
    assert np.abs(gap).max() < 1e-4


@pytest.mark.slow
def test_a_process_that_is_killed_ends_the_others_and_nothing_is_stored(workspace, tmp_path):
    path = Path(shutil.copy(workspace, tmp_path / "prle.h5"))
    before = path.read_bytes()
    options = ("--prototypes", "6", "--epochs", "500", "--projection", "siamese", "-w", str(path))
    first, second = started(2, "-m", "prle_cli", "fit", *options)
    while not first.stderr.readline().startswith("epoch 2/"):
        assert first.poll() is None
    os.kill(second.pid, signal.SIGKILL)
    _, errors = first.communicate(timeout=120)
    second.communicate()
    assert first.returncode == 1
    lines = [line for line in errors.splitlines() if line.startswith(("Error:", "Hint:"))]
    assert lines == [
        "Error: another process of this fit has ended or cannot be reached; nothing was stored.",
        "Hint: its own lines say why; then run the command again",
    ]
    assert path.read_bytes() == before


def test_several_processes_do_not_search(workspace, monkeypatch, capsys):
    from prle_cli.app import main

    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "0")
    assert main(["fit", "--search", "2", "-w", str(workspace)]) == 2
    assert "torchrun and --search do not go together" in capsys.readouterr().err


def _numbers(text):
    import json

    return [(key, value) for key, value in json.loads(text).items() if isinstance(value, int | float)]


def _opened(path):
    from prle.workspace import open_workspace

    return open_workspace(path)
