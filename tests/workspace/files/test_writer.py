from __future__ import annotations

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from prle.workspace import layout
from prle.workspace.files import writer
from prle.workspace.files.reader import DTYPES, read_tree
from prle.workspace.files.tree import branch, content, leaf
from prle.workspace.files.writer import tree_bytes, write_tree
from tests.workspace.builders import limited

ARRAYS = st.sampled_from(sorted(DTYPES, key=str)).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
)


def tree(*arrays):
    members = {f"a{n}": leaf(layout.ARRAY, array, made_from="x") for n, array in enumerate(arrays)}
    return branch(layout.WORKSPACE, {"arrays": branch(layout.ARRAYS, members, made_from="x")}, made_from="y")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ARRAYS, min_size=1, max_size=3))
def test_every_array_comes_back_at_its_type_and_shape(tmp_path, arrays):
    path = tmp_path / "w.h5"
    path.unlink(missing_ok=True)
    write_tree(path, tree(*arrays))
    read = read_tree(path, layout.WORKSPACE)
    assert read.checksum == tree(*arrays).checksum
    for n, array in enumerate(arrays):
        found = content(read.members["arrays"].members[f"a{n}"])
        assert (found.dtype, found.shape, found.tobytes()) == (array.dtype, array.shape, array.tobytes())


def test_the_same_tree_gives_the_same_bytes(tmp_path):
    for name in ("a.h5", "b.h5"):
        write_tree(tmp_path / name, tree(np.arange(5.0), np.arange(3)))
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_large_arrays_are_written_in_slices(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "WRITE_BYTES", 64)
    numbers = np.arange(300, dtype=np.float32).reshape(100, 3)
    write_tree(tmp_path / "w.h5", tree(numbers))
    read = read_tree(tmp_path / "w.h5", layout.WORKSPACE)
    assert np.array_equal(content(read.members["arrays"].members["a0"]), numbers)


def test_arrays_are_contiguous_uncompressed_and_aligned_in_the_oldest_format(workspace):
    with h5py.File(workspace, "r") as file:
        vectors = file["embeddings/vectors"]
        assert (vectors.chunks, vectors.compression, vectors.dtype) == (None, None, np.float32)
        assert vectors.id.get_offset() % writer.ALIGNMENT == 0
    assert workspace.read_bytes()[8] == 0, "superblock version 0"


def test_a_tree_knows_its_bytes():
    assert tree_bytes(tree(np.zeros(3), np.zeros((2, 2), np.int8))) == 28


def test_an_existing_file_is_never_written(workspace):
    with pytest.raises(OSError, match="exist"):
        write_tree(workspace, tree())


def open_files():
    return h5py.h5f.get_obj_count(h5py.h5f.OBJ_ALL, h5py.h5f.OBJ_FILE)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.99])
def test_a_full_disk_is_one_error_and_leaves_nothing_open(tmp_path, share):
    full = tree(np.zeros(50_000), np.ones((300, 7), np.float32))
    write_tree(tmp_path / "whole.h5", full)
    size = int(share * (tmp_path / "whole.h5").stat().st_size)
    with pytest.raises(OSError, match="File too large"), limited(size):
        write_tree(tmp_path / "w.h5", full)
    assert open_files() == 0


def test_an_interrupted_writer_leaves_nothing_open(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("concurrent.futures.Future.result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_tree(tmp_path / "w.h5", tree(np.zeros(50_000)))
    assert open_files() == 0
