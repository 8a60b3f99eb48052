from __future__ import annotations

import json
import shutil

import pytest

from prle.encoders.pretrained.folder import ModelFolder
from prle.errors import UsageError


@pytest.fixture
def folder(sentence_folder, tmp_path):
    """A copy of the sentence model that a test may change."""
    path = tmp_path / "model"
    shutil.copytree(sentence_folder, path)
    return ModelFolder(path=path, source="folder")


def write_modules(folder: ModelFolder, *modules: tuple[str, str, dict[str, object]]) -> None:
    """Write the list of modules, and the configuration of each below the top."""
    entries = []
    for name, kind, config in modules:
        entries.append({"path": name, "type": f"sentence_transformers.models.{kind}"})
        if name:
            (folder.path / name).mkdir(exist_ok=True)
            (folder.path / name / "config.json").write_text(json.dumps(config))
    (folder.path / "modules.json").write_text(json.dumps(entries))


def test_the_fingerprint_is_of_contents_not_of_the_place(folder, sentence_folder):
    assert folder.fingerprint() == ModelFolder(path=sentence_folder, source="package").fingerprint()


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json", "1_Pooling/config.json"])
def test_the_fingerprint_changes_with_every_file_that_matters(folder, name):
    before = folder.fingerprint()
    with (folder.path / name).open("ab") as stream:
        stream.write(b" ")
    assert folder.fingerprint() != before


def test_the_fingerprint_ignores_what_does_not_matter(folder):
    before = folder.fingerprint()
    (folder.path / "README.md").write_text("words")
    (folder.path / "onnx").mkdir()
    (folder.path / "onnx" / "model.onnx").write_bytes(b"another copy")
    assert folder.fingerprint() == before


def test_the_width_follows_the_modules(folder):
    top = ("", "Transformer", {})
    assert folder.width("sentence-transformer") == 16
    write_modules(folder, top, ("1_Pooling", "Pooling", {"embedding_dimension": 16, "pooling_mode": ["mean", "max"]}))
    assert folder.width("sentence-transformer") == 32
    write_modules(folder, top, ("1_Pooling", "Pooling", {"embedding_dimension": 16, "pooling_mode": "cls"}))
    assert folder.width("sentence-transformer") == 16
    write_modules(folder, top, ("2_Dense", "Dense", {"in_features": 16, "out_features": 5}), ("3", "Normalize", {}))
    assert folder.width("sentence-transformer") == 5
    write_modules(folder, top, ("1_LSTM", "LSTM", {}))
    assert folder.width("sentence-transformer") is None
    assert folder.width("mean-pool") == 16


def test_pickled_weights_are_refused_at_the_top_and_in_modules(folder):
    (folder.path / "2_Dense").mkdir()
    (folder.path / "2_Dense" / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(UsageError, match=r"2_Dense: expected weights in \*\.safetensors"):
        folder.require("sentence-transformer")
    (folder.path / "model.safetensors").unlink()
    with pytest.raises(UsageError, match=r"model: expected weights in \*\.safetensors"):
        folder.require("mean-pool")


def test_what_is_missing_or_broken_is_named(folder):
    (folder.path / "config.json").write_text("{")
    with pytest.raises(UsageError, match=r"config\.json: cannot be read as JSON"):
        folder.width("mean-pool")
    (folder.path / "config.json").unlink()
    with pytest.raises(UsageError, match=r"has modules\.json and config\.json; missing: config\.json"):
        folder.require("sentence-transformer")
