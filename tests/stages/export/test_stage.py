"""Exported models: the files, what is in them, and that they run without prle."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import onnxruntime
import pytest
from safetensors import safe_open

from prle.config import resolve
from prle.data import SourceRequest, load
from prle.encoders import load_encoder
from prle.errors import PrleError, UsageError
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.export import stage
from prle.stages.export.stage import export
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split, predict_texts
from prle.workspace import open_workspace
from tests.documentation import ROOT, python_blocks
from tests.stages.test_classes import fitted_pets  # noqa: F401
from tests.stages.test_texts import fitted_manual  # noqa: F401


def run(folder, **fed):
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, fed), strict=True))


def test_numbers_answer_as_predict_does_and_contributions_add_up(workspace, tmp_path):
    report = export(workspace, tmp_path / "out")
    assert report.largest_difference < 1e-4
    assert set(report.files) == {"model.onnx", "model.json", "MODEL_CARD.md"}
    with open_workspace(workspace) as opened:
        found = run(tmp_path / "out", vectors=opened.embeddings("test"))
    said = [each.prediction for each in predict_split(workspace, "test").predictions]
    np.testing.assert_allclose(found["prediction"], said, atol=1e-4)
    np.testing.assert_allclose(found["contributions"].sum(axis=1), said, atol=1e-4)


def test_the_card_says_what_it_was_made_from_and_warns(workspace, tmp_path):
    export(workspace, tmp_path)
    card, page = json.loads((tmp_path / "model.json").read_text()), (tmp_path / "MODEL_CARD.md").read_text()
    with open_workspace(workspace) as opened:
        assert card["encoder"]["fingerprint"] == opened.manifest.encoder.fingerprint
        assert opened.manifest.encoder.fingerprint in page
        assert card["anchors"][0]["texts"] == list(opened.row_cells("train", card["anchors"][0]["row"]))
    assert "word by word" in page
    assert len(card["half_widths"]) == len(card["anchors"]) == 6
    assert card["anchors"][0]["texts"][0] not in page
    assert str(tmp_path) not in page


def test_texts_stay_at_home_where_they_should(workspace, tmp_path):
    folder = tmp_path / "out"
    report = export(workspace, folder, texts=False)
    card = json.loads((folder / "model.json").read_text())
    assert not report.texts
    assert all(set(anchor) == {"row"} for anchor in card["anchors"])
    assert "left out" in (folder / "MODEL_CARD.md").read_text()
    with open_workspace(workspace) as opened:
        text = opened.row_texts("train", card["anchors"][0]["row"])[0]
    assert all(text.encode() not in file.read_bytes() for file in folder.iterdir())


def test_safetensors_have_the_arrays_of_the_workspace(workspace, tmp_path):
    report = export(workspace, tmp_path, format="safetensors")
    assert report.largest_difference is None
    with open_workspace(workspace) as opened, safe_open(tmp_path / "model.safetensors", "numpy") as file:
        stored = opened.model("default")
        assert set(file.keys()) == set(stored.arrays)
        for name, array in stored.arrays.items():
            np.testing.assert_array_equal(file.get_tensor(name), array)
        assert json.loads(file.metadata()["config"]) == stored.config


@pytest.mark.parametrize("name", ["default", "logits"])
def test_classes_have_probabilities(fitted_pets, tmp_path, name):  # noqa: F811
    export(fitted_pets, tmp_path, name=name)
    with open_workspace(fitted_pets) as opened:
        found = run(tmp_path, vectors=opened.embeddings("test"))
    card = json.loads((tmp_path / "model.json").read_text())
    for shares, told in zip(
        found["probabilities"], predict_split(fitted_pets, "test", PredictRequest(name=name)).predictions, strict=True
    ):
        assert dict(zip(card["classes"], shares, strict=True)) == pytest.approx(told.probabilities, abs=1e-5)


@pytest.mark.parametrize("name", ["default", "group", "exemplar"])
def test_texts_are_ranked_as_by_vectors_alone(fitted_manual, tmp_path, name):  # noqa: F811
    export(fitted_manual, tmp_path, name=name)
    card = json.loads((tmp_path / "model.json").read_text())
    with open_workspace(fitted_manual) as opened:
        fed = {"vectors": opened.embeddings("test")[:, 0]}
        assert card["texts"] == list(opened.targets)
        if name == "group":
            fed["place"] = np.array([card["places"].index(group) for group in opened.groups("test")])
    scores = run(tmp_path, **fed)["scores"]
    for row, told in enumerate(predict_split(fitted_manual, "test", PredictRequest(name=name)).predictions):
        for answer in told.answers:
            assert scores[row, answer.code] == pytest.approx(answer.cosine, abs=1e-5)


def test_the_example_of_the_page_runs_without_prle(workspace, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    export(workspace, Path("exported"))
    code = python_blocks((ROOT / "docs" / "export.md").read_text(encoding="utf-8"))
    assert len(code.strip().splitlines()) <= 24
    assert "import prle" not in code

    class SentenceTransformer:
        def __init__(self, name):
            self._encoder = load_encoder(name)

        def encode(self, row, normalize_embeddings):
            return self._encoder.encode(list(row))

    stub = ModuleType("sentence_transformers")
    stub.SentenceTransformer = SentenceTransformer
    monkeypatch.setitem(sys.modules, "sentence_transformers", stub)
    exec(compile(code, "docs/export.md", "exec"), {})
    said = predict_texts(workspace, [("A man is playing a guitar.", "Someone plays an instrument.")]).predictions[0]
    assert capsys.readouterr().out.startswith(f"{said.prediction:.2f}, 90 % between ")


def test_what_cannot_be_is_refused(workspace, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="expected a folder"):
        export(workspace, tmp_path / "file")
    with pytest.raises(UsageError, match="expected one of onnx, safetensors"):
        export(workspace, tmp_path / "out", format="onxx")


def test_a_graph_that_says_something_else_is_not_written(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "TOLERANCE", 0.0)
    with pytest.raises(PrleError, match="a graph that says what the model says"):
        export(workspace, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_all_test_rows_of_stsb_agree_to_five_places(tmp_path):
    """The real rows with hashed vectors; with those of the default encoder `prle export` says so itself."""
    if not any((Path(folder) / "stsb").is_dir() for folder in os.environ.get("PRLE_DATA", "").split(os.pathsep)):
        pytest.skip("PRLE_DATA has no stsb")
    workspace = tmp_path / "prle.h5"
    embed(EmbedRequest(workspace=workspace), load(SourceRequest(source="stsb")), load_encoder("hashing:64"))
    fit(workspace, resolve(None, {"prototypes.count": 16, "train.epochs": 1, "value_space.projection": "siamese"}))
    report = export(workspace, tmp_path / "out")
    assert (report.checked_split, report.checked_rows) == ("test", 1379)
    assert report.largest_difference < 1e-5
