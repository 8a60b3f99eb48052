"""Files that mean harm: made with h5py, each must be refused by name, before it does anything."""

from __future__ import annotations

import os

import h5py
import numpy as np
import pytest

from prle.errors import WorkspaceError
from prle.workspace import layout
from prle.workspace.files import reader
from prle.workspace.files.reader import read_tree
from prle.workspace.files.tree import branch, leaf
from prle.workspace.files.writer import write_tree
from prle.workspace.opened import open_workspace

LABELS = "splits/train/labels"


def refuse(path, match):
    with pytest.raises(WorkspaceError, match=match) as caught:
        read_tree(path, layout.WORKSPACE)
    assert str(path) in caught.value.message
    assert caught.value.exit_code == 3
    assert caught.value.hint


def copy_attributes(source, target):
    for name, value in source.items():
        target.attrs.create(name, value)


@pytest.fixture
def swap(workspace):
    """Replace the training labels by whatever ``make(file)`` creates, keeping the attributes."""

    def run(make):
        with h5py.File(workspace, "r+") as file:
            attributes = dict(file[LABELS].attrs)
            del file[LABELS]
            made = make(file)
            if made is not None:
                copy_attributes(attributes, made)
        return workspace

    return run


def test_a_missing_file_says_what_to_run(tmp_path):
    with pytest.raises(WorkspaceError, match=r"none.h5 does not exist\.$") as caught:
        read_tree(tmp_path / "none.h5", layout.WORKSPACE)
    assert caught.value.hint == "run `prle embed SOURCE` first"


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path):
    refuse(tmp_path, "it is a folder")
    os.mkfifo(tmp_path / "fifo")
    refuse(tmp_path / "fifo", "it is not a regular file")
    refuse(tmp_path / ("x" * 300), "it cannot be opened")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n" * 9, b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + bytes(900)])
def test_other_bytes_are_refused(tmp_path, content):
    (tmp_path / "w.h5").write_bytes(content)
    refuse(tmp_path / "w.h5", "expected a workspace|cut short or damaged")


def test_a_foreign_hdf5_file_is_refused(tmp_path):
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["x"] = [1, 2]
    refuse(tmp_path / "w.h5", "expected the attribute encoding-type, found none")


def test_a_partial_is_no_workspace(tmp_path):
    write_tree(tmp_path / "w.h5", branch(layout.PARTIAL, {}, made_from="x"))
    refuse(tmp_path / "w.h5", "expected prle-workspace, got 'prle-partial'")


def test_a_sparse_file_is_refused(workspace):
    with workspace.open("r+b") as file:
        file.truncate(1 << 36)
    refuse(workspace, "it says that it has 68719476736 bytes and holds")


@pytest.mark.parametrize("version", ["2.0", "10.3"])
def test_a_newer_major_version_is_refused_with_what_to_do(workspace, version):
    with h5py.File(workspace, "r+") as file:
        file.attrs.create(layout.ENCODING_VERSION, np.bytes_(version))
    with pytest.raises(WorkspaceError, match=f"format prle-workspace {version}; this prle reads up to 1.0") as caught:
        read_tree(workspace, layout.WORKSPACE)
    assert "upgrade prle" in caught.value.hint


@pytest.mark.parametrize("version", ["", "1", "one.two", "1.0.0", "-1.0", "\u0661.0"])
def test_a_version_that_is_none_is_refused(workspace, version):
    with h5py.File(workspace, "r+") as file:
        file.attrs.create(layout.ENCODING_VERSION, np.bytes_(version.encode() or b" "))
    refuse(workspace, "expected a version such as 1.0")


def test_links_are_not_followed(swap, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = np.zeros(12)

    def external(file):
        file[LABELS] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "x")

    refuse(swap(external), "labels: it is a soft or external link")


def test_soft_links_are_not_followed(swap):
    def soft(file):
        file[LABELS] = h5py.SoftLink("/splits/validation/labels")

    refuse(swap(soft), "labels: it is a soft or external link")


def test_a_second_hard_link_is_refused(swap):
    def hard(file):
        file[LABELS] = file["splits/validation/labels"]

    refuse(swap(hard), "it is linked more than once")


def test_a_circle_of_groups_is_refused(workspace):
    with h5py.File(workspace, "r+") as file:
        file["splits/train/again"] = file["splits"]
    refuse(workspace, "splits: it is linked more than once")


def test_external_storage_is_refused(swap, tmp_path):
    (tmp_path / "passwords").write_bytes(bytes(96))
    external = [(str(tmp_path / "passwords"), 0, 96)]
    refuse(
        swap(lambda file: file.create_dataset(LABELS, (12,), "<f8", external=external)),
        "labels: its bytes are in another file",
    )


def test_virtual_datasets_are_refused(swap):
    virtual = h5py.VirtualLayout((12,), "<f8")
    virtual[:] = h5py.VirtualSource("elsewhere.h5", "x", (12,))
    refuse(swap(lambda file: file.create_virtual_dataset(LABELS, virtual)), "labels: it is chunked, compact or virtual")


@pytest.mark.parametrize(
    "options", [{"compression": "gzip"}, {"chunks": (4,)}, {"fletcher32": True}, {"maxshape": (None,)}]
)
def test_filters_and_chunks_are_refused(swap, options):
    refuse(
        swap(lambda file: file.create_dataset(LABELS, data=np.zeros(12), **options)),
        "labels: it is chunked, compact or virtual",
    )


def test_a_compression_bomb_is_refused_unread(swap):
    refuse(
        swap(lambda file: file.create_dataset(LABELS, (1 << 40,), "<f8", chunks=(1 << 20,), compression="gzip")),
        "labels: it is chunked",
    )


@pytest.mark.parametrize("length", [13, 1 << 40, 1 << 59])
def test_declared_sizes_over_what_is_stored_are_refused(swap, length):
    refuse(
        swap(lambda file: file.create_dataset(LABELS, (length,), "<f8")),
        rf"labels: it declares {length * 8} bytes, and 0",
    )


@pytest.mark.parametrize(
    "dtype",
    [
        h5py.ref_dtype,
        h5py.regionref_dtype,
        h5py.string_dtype(),
        h5py.vlen_dtype(np.int32),
        np.dtype([("a", "<f8")]),
        np.dtype("S8"),
        np.dtype("V8"),
        np.dtype("<c16"),
        h5py.enum_dtype({"a": 1, "b": 2}),
        np.dtype(">f8"),
        np.dtype(("<f8", (2,))),
    ],
    ids=str,
)
def test_anything_but_plain_numbers_is_refused(swap, dtype):
    refuse(
        swap(lambda file: file.create_dataset(LABELS, (12,), dtype)),
        "labels: it (does not hold plain|holds numbers of)",
    )


def test_a_named_type_is_refused(swap):
    def named(file):
        file["splits/train/kind"] = np.dtype("<f8")
        return file.create_dataset(LABELS, (12,), file["splits/train/kind"])

    refuse(swap(named), "linked more than once|neither a group nor an array|does not hold plain numbers")


def test_an_empty_dataspace_is_refused(swap):
    refuse(swap(lambda file: file.create_dataset(LABELS, data=h5py.Empty("<f8"))), "expected an array of at most 8")


def test_truth_values_are_zero_or_one(tmp_path):
    path = tmp_path / "w.h5"
    write_tree(
        path, branch(layout.WORKSPACE, {"a": leaf(layout.ARRAY, np.array([True]), made_from="x")}, made_from="x")
    )
    node = read_tree(path, layout.WORKSPACE).members["a"]
    with path.open("r+b") as file:
        file.seek(node.offset)
        file.write(b"\x02")
    refuse(path, "a truth value is neither 0 nor 1")


@pytest.mark.parametrize("name", ["a b", "..", ".hidden", "x" * 65, "é", "a\\b"])
def test_names_that_no_element_has_are_refused(workspace, name):
    with h5py.File(workspace, "r+") as file:
        file["splits"][name] = h5py.SoftLink("/texts")
    refuse(workspace, "splits: a member is called")


@pytest.mark.parametrize(
    "value",
    ["text of any length", np.bytes_("x" * 300), np.array([b"a", b"b"]), 3.0],
    ids=["variable", "long", "array", "number"],
)
def test_attributes_are_short_texts(workspace, value):
    with h5py.File(workspace, "r+") as file:
        file["texts"].attrs.create(layout.MADE_FROM, value)
    refuse(workspace, "texts: the attribute made-from is not a short text")


@pytest.mark.parametrize("change", ["rename", "drop", "add"])
def test_members_are_the_ones_that_were_written(workspace, change):
    with h5py.File(workspace, "r+") as file:
        if change == "rename":
            file["splits"].move("validation", "test")
        elif change == "drop":
            del file["splits/validation"]
        else:
            file.copy("splits/validation", "splits/test")
    refuse(workspace, "splits: its members are not the ones that were written")


def test_depth_and_number_of_elements_are_bounded(tmp_path, monkeypatch):
    deep = branch(layout.ARRAYS, {}, made_from="x")
    for _ in range(reader.MAX_DEPTH + 1):
        deep = branch(layout.ARRAYS, {"a": deep}, made_from="x")
    write_tree(tmp_path / "deep.h5", branch(layout.WORKSPACE, {"a": deep}, made_from="x"))
    refuse(tmp_path / "deep.h5", "nested more than 12 deep")
    monkeypatch.setattr(reader, "MAX_ELEMENTS", 5)
    monkeypatch.setattr(reader, "MAX_DEPTH", 50)
    refuse(tmp_path / "deep.h5", "expected at most 5 elements")


def test_attributes_that_nobody_knows_are_left_alone(workspace):
    with h5py.File(workspace, "r+") as file:
        file["texts"].attrs["note"] = "mine"
    with open_workspace(workspace) as opened:
        assert len(opened.texts) > 0


def test_a_file_can_be_read_while_its_name_is_given_to_another(workspace, tmp_path):
    with open_workspace(workspace) as opened:
        expected = opened.vectors.copy()
        workspace.unlink()
        workspace.write_bytes(b"something else")
        assert np.array_equal(opened.vectors, expected)
