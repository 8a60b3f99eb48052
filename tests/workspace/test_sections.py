"""Sections that are well sealed and wrong: what a checksum cannot tell, the reader must."""

from __future__ import annotations

import json

import numpy as np
import pytest

from prle.errors import UsageError, WorkspaceError
from prle.workspace import layout, sections
from prle.workspace.data import identity_of
from prle.workspace.files.reader import read_tree
from prle.workspace.files.tree import branch
from prle.workspace.files.writer import write_tree
from prle.workspace.opened import open_workspace, read_workspace
from prle.workspace.sections import check_model_name, read_manifest
from prle.workspace.store import _commit_models, save_model
from tests.workspace.builders import StubEncoder, forge, make_model, snapshot


def as_json(value):
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


def test_texts_that_are_not_utf8_are_refused(workspace):
    with open_workspace(workspace) as opened:
        broken = opened.texts.data.copy()
        row = opened.rows("train")[3, 0]
        broken[opened.texts.offsets[row]] = 0xFF
    forge(workspace, "texts/bytes", broken)
    with open_workspace(workspace) as opened, pytest.raises(WorkspaceError, match="texts: a text is not UTF-8"):
        opened.row_texts("train", 0)


def test_sections_of_two_workspaces_do_not_mix(workspace):
    root = read_tree(workspace, layout.WORKSPACE)
    mixed = branch(layout.WORKSPACE, root.members, made_from="f" * 64)
    workspace.unlink()
    write_tree(workspace, mixed)
    with pytest.raises(WorkspaceError, match=r"prle\.h5: its sections do not belong together\.$"):
        snapshot(workspace)


def test_a_workspace_without_splits_is_refused(workspace):
    root = read_tree(workspace, layout.WORKSPACE)
    members = {**root.members, layout.SPLITS_GROUP: branch(layout.SPLITS, {}, made_from="x")}
    identity = identity_of(branch(layout.WORKSPACE, members, made_from="x"), read_manifest(root))
    workspace.unlink()
    write_tree(workspace, branch(layout.WORKSPACE, members, made_from=identity))
    with pytest.raises(WorkspaceError, match="splits: expected one of train, validation, test, found none"):
        snapshot(workspace)


def manifest_with(workspace, **changes):
    with open_workspace(workspace) as opened:
        manifest = opened.manifest
    value = {**vars(manifest), "fields": list(manifest.fields), "encoder": vars(manifest.encoder)}
    return as_json({**value, **changes})


@pytest.mark.parametrize(
    ("element", "array", "message"),
    [
        ("texts/offsets", np.array([0, 5, 2, 9]), "texts: text offsets must rise from 0"),
        ("texts/offsets", np.array([0.0, 1.0]), "offsets: expected int64 with 1 dimensions, got float64 with 1"),
        ("texts/bytes", np.zeros((2, 2), np.uint8), "bytes: expected uint8 with 1 dimensions, got uint8 with 2"),
        ("splits/train/rows", np.full((12, 2), 99), "train: expected text ids from 0 to 27, got 99 to 99"),
        ("splits/train/rows", np.full((12, 2), -1), "train: expected text ids from 0 to 27, got -1 to -1"),
        ("splits/train/rows", np.zeros((12, 3), np.int64), r"train: expected rows of shape \(12, 2\), got \(12, 3\)"),
        ("splits/train/labels", np.full(12, np.inf), "train: a label is not finite"),
        ("splits/train/labels", np.zeros(11), r"train: expected rows of shape \(11, 2\)"),
        ("embeddings/digests", np.zeros((2, 32), np.uint8), "vectors: expected 1 digests of its blocks"),
        ("embeddings/digests", np.zeros((1, 32), np.uint8), "vectors: its header is not the one"),
    ],
)
def test_well_sealed_nonsense_is_refused_by_element(workspace, element, array, message):
    forge(workspace, element, array)
    with pytest.raises(WorkspaceError, match=message):
        snapshot(workspace)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dataset": 3}, "another type .dataset"),
        ({"synthetic": 1}, "another type .synthetic"),
        ({"fields": []}, "another type"),
        ({"fields": "ab"}, "another type"),
        ({"classes": "ab"}, "another type"),
        ({"classes": ["alone"]}, "another type"),
        ({"encoder": None}, "another type"),
        ({"encoder": {"name": "x"}}, "missing or of another type .'kind'"),
        ({"encoder": {**vars(StubEncoder().record), "precision": "fp8"}}, "another type .fp8"),
        ({"encoder": {**vars(StubEncoder().record), "backend": 3}}, "another type .backend"),
    ],
)
def test_a_manifest_of_other_types_is_refused(workspace, changes, message):
    forge(workspace, "manifest", manifest_with(workspace, **changes))
    with pytest.raises(WorkspaceError, match=f"manifest: a field is .*{message}"):
        snapshot(workspace)


def test_a_file_of_before_there_was_a_choice_says_nothing_of_precision(workspace):
    old = {name: said for name, said in vars(StubEncoder().record).items() if name not in ("precision", "backend")}
    forge(workspace, "manifest", manifest_with(workspace, encoder=old))
    with open_workspace(workspace) as opened:
        assert (opened.manifest.encoder.precision, opened.manifest.encoder.backend) == ("fp32", "")
        assert opened.manifest.encoder.width == 8


def test_neither_does_the_encoder_of_its_target_texts(workspace):
    old = {name: said for name, said in vars(StubEncoder().record).items() if name not in ("precision", "backend")}
    forge(workspace, "manifest", manifest_with(workspace, target_encoder=old, group="", path=""))
    with open_workspace(workspace) as opened:
        encoder = opened.manifest.target_encoder
        assert (encoder.precision, encoder.backend, encoder.width) == ("fp32", "", 8)


@pytest.mark.parametrize("content", [b"{", b"[" * 100_000, b"\xff", b"1" * 5000], ids=["cut", "deep", "binary", "long"])
def test_json_that_is_none_is_refused(workspace, content):
    forge(workspace, "manifest", np.frombuffer(content, np.uint8))
    with pytest.raises(WorkspaceError, match=r"manifest: expected (JSON|a JSON object)"):
        snapshot(workspace)


def test_a_width_other_than_the_encoder_s_is_refused(workspace):
    with open_workspace(workspace) as opened:
        encoder = {**vars(opened.manifest.encoder), "width": 9}
    forge(workspace, "manifest", manifest_with(workspace, encoder=encoder))
    with pytest.raises(WorkspaceError, match=r"embeddings: expected vectors of shape \(28, 9\), got \(28, 8\)"):
        snapshot(workspace)


@pytest.mark.parametrize(
    ("element", "value"), [("config", [1]), ("summary", "x"), ("history", {}), ("history", [1]), ("record", 1)]
)
def test_a_model_of_other_types_is_refused(workspace, element, value):
    with open_workspace(workspace) as opened:
        save_model(workspace, make_model(opened.identity))
    forge(workspace, f"models/default/{element}", as_json(value))
    with pytest.raises(WorkspaceError, match=r"default.*: expected a (JSON object|list of objects)"):
        snapshot(workspace)


@pytest.mark.parametrize("name", ["", ".", "..", "-x", ".x", "a/b", "a b", "x" * 65, "é", "a\n", "a\0"])
def test_names_that_a_model_may_not_have(name):
    with pytest.raises(UsageError, match="model name: expected 1 to 64 letters"):
        check_model_name(name)


@pytest.mark.parametrize("name", ["default", "a", "0", "_x", "A.b-c_d", "x" * 64])
def test_names_that_a_model_may_have(name, workspace):
    with open_workspace(workspace) as opened:
        save_model(workspace, make_model(opened.identity, name=name))
    with open_workspace(workspace) as opened:
        assert opened.model_names == (name,)


def test_what_older_files_have_beside_a_model_is_not_read(workspace):
    """They kept what experts had been solved on."""
    with open_workspace(workspace) as opened:
        save_model(workspace, make_model(opened.identity))
        plain = read_workspace(workspace)
    section = plain._model_section("default")
    evidence = sections._arrays_branch({"gram": np.zeros((4, 2))}, section.made_from)
    older = branch(section.encoding, {**section.members, "evidence": evidence}, made_from=section.made_from)
    _commit_models(plain, {"default": older})
    with open_workspace(workspace) as opened:
        assert "evidence" in opened._model_section("default").members
        assert set(opened.model("default").arrays) == set(make_model("x").arrays)
