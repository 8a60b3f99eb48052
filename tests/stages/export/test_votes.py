"""Exported models in which labels vote: the file holds all voters, and its card says so."""

from __future__ import annotations

import json

import numpy as np
import onnxruntime
import pytest

from prle.config import resolve
from prle.models.labels.votes import electing
from prle.stages.export.stage import export
from prle.stages.fit.stage import fit
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace
from tests.stages.voting import VOTING, votes_once, voting, voting_numbers  # noqa: F401


def run(folder, vectors):
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"vectors": vectors}), strict=True))


def test_the_file_answers_as_predict_does(voting, tmp_path):  # noqa: F811
    report = export(voting, tmp_path)
    assert report.largest_difference < 1e-5
    assert set(report.outputs) >= {"responsibilities", "contributions", "voters", "shares"}
    with open_workspace(voting) as opened:
        found = run(tmp_path, opened.embeddings("test")[:])
        labels, rows = opened.labels("train"), opened.splits["train"]
    said = predict_split(voting, "test").predictions
    if "prediction" in found:
        np.testing.assert_allclose(found["prediction"], [each.prediction for each in said], atol=1e-3)
        # No term is left over: labels of the voters, weighed, are the prediction.
        np.testing.assert_allclose(
            (found["shares"] * labels[found["voters"]]).sum(axis=1), found["prediction"], atol=1e-4
        )
    else:
        np.testing.assert_allclose(
            found["probabilities"], [list(each.probabilities.values()) for each in said], atol=1e-3
        )
    assert found["voters"].max() < rows == report.voters


def test_the_card_says_what_of_the_training_rows_travels(voting_numbers, tmp_path):  # noqa: F811
    export(voting_numbers, tmp_path, texts=False)
    card, page = json.loads((tmp_path / "model.json").read_text()), (tmp_path / "MODEL_CARD.md").read_text()
    assert card["voters"] == 300
    assert card["made_of"]["base"] == "kernel"
    assert "experts" not in card["made_of"]
    assert "labels of 300 training rows" in page
    assert len(card["half_widths"]) == len(card["anchors"]) == 6
    assert any("looks at all of them as well" in limit for limit in card["limits"])


def test_what_an_index_misses_is_said(voting_numbers, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(electing, "ALL", 10)
    monkeypatch.setattr(electing, "RECALL", 0.5)
    fit(voting_numbers, resolve(None, {**VOTING, "prototypes.count": 12}), name="indexed")
    assert export(voting_numbers, tmp_path, name="indexed").largest_difference < 1e-5
    limits = json.loads((tmp_path / "model.json").read_text())["limits"]
    assert "of 12 cells" in limits[-1]
    assert float(limits[-1].split("differ by ")[1].split()[0]) > 1e-3


@pytest.mark.parametrize("format", ["onnx", "safetensors"])
def test_texts_stay_at_home_where_they_should(voting_numbers, tmp_path, format):  # noqa: A002, F811
    folder = tmp_path / "out"
    report = export(voting_numbers, folder, texts=False, format=format)
    assert (report.texts, report.voters) == (False, 300)
    with open_workspace(voting_numbers) as opened:
        texts = [opened.row_texts("train", row)[0].encode() for row in opened.model("default").arrays["anchors"]]
    assert all(text not in file.read_bytes() for file in folder.iterdir() for text in texts)
    about_the_graph = "The graph compares" in (folder / "MODEL_CARD.md").read_text()
    assert about_the_graph is (format == "onnx")
