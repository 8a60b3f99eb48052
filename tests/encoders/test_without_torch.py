"""A workspace made with a sentence-transformers model answers new texts without the libraries that made it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from prle.config import resolve
from prle.data import SourceRequest, load
from prle.encoders import load_encoder
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.explain.stage import explain_texts
from prle.stages.fit.stage import fit
from tests.encoders.conftest import WORDS

HEAVY = {"torch", "transformers", "sentence_transformers", "sklearn", "scipy", "onnx", "safetensors"}
NEW = ("the the man sleeps .", "a guitar plays the cat .")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def workspace(sentence_folder, cache, tmp_path_factory):
    folder = tmp_path_factory.mktemp("job")
    lines = ["a,b,label"]
    for row in range(120):
        first, second = (" ".join(WORDS[5 + (row * step + place) % 8] for place in range(3)) for step in (1, 3))
        lines.append(f"{first} {WORDS[5 + row % 7]},{second} {WORDS[5 + row % 5]},{row % 5}")
    table = folder / "rows.csv"
    table.write_text("\n".join(lines))
    source = SourceRequest(source=str(table), text="a", text_pair="b", label="label")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRLE_CACHE", str(cache))
        request = EmbedRequest(workspace=folder / "prle.h5")
        embed(request, load(source), load_encoder(str(sentence_folder), device="cpu"))
    fit(request.workspace, resolve(None, {"prototypes.count": 4, "train.epochs": 1}))
    return request.workspace


def explained(workspace, *arguments: str) -> tuple[float, set[str]]:
    """The prediction of new texts in a new process, and the packages that it took."""
    code = (
        "import sys\nfrom prle_cli.app import main\n"
        f"assert main({['explain', *NEW, '-w', str(workspace), '--format', 'jsonl', *arguments]!r}) == 0\n"
        "print(' '.join({name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    answer, loaded = done.stdout.splitlines()
    assert done.stderr == ""
    return json.loads(answer)["prediction"], set(loaded.split())


def test_new_texts_need_no_engine_and_known_ones_no_encoder(workspace, cache, monkeypatch):
    monkeypatch.setenv("PRLE_CACHE", "off")
    expected = explain_texts(workspace, NEW).prediction
    monkeypatch.setenv("PRLE_CACHE", str(cache))
    for arguments, encodes in ((("--no-cache",), True), ((), True), ((), False)):
        prediction, loaded = explained(workspace, *arguments)
        assert prediction == pytest.approx(expected, abs=1e-4)
        assert loaded & HEAVY == set()
        assert ({"onnxruntime", "tokenizers"} <= loaded) is encodes
