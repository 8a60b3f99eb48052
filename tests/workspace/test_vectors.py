from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from prle.errors import WorkspaceError
from prle.workspace import layout
from prle.workspace.files.pages import AROUND
from prle.workspace.files.reader import read_tree
from prle.workspace.files.tree import branch
from prle.workspace.files.writer import write_tree
from prle.workspace.vectors import MappedRows, StoredVectors, vectors_branch

ROWS = 2 * layout.BLOCK_ROWS + 7


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(ROWS, 4)).astype(np.float32)


def test_vectors_come_back(vectors):
    stored = StoredVectors(vectors_branch(vectors, made_from="x"))
    ids = np.array([[0, ROWS - 1], [5, 5]])
    assert np.array_equal(stored.whole(), vectors)
    assert np.array_equal(stored.gather(ids), vectors[ids])
    assert (stored.shape, stored.dtype) == ((ROWS, 4), "float32")


def test_half_precision_is_gathered_as_single(vectors):
    stored = StoredVectors(vectors_branch(vectors.astype(np.float16), made_from="x"))
    gathered = stored.gather(np.array([1]))
    assert stored.dtype == "float16"
    assert gathered.dtype == np.float32
    assert np.array_equal(gathered, vectors[[1]].astype(np.float16).astype(np.float32))


def test_only_the_blocks_that_are_gathered_are_verified(vectors):
    section = vectors_branch(vectors, made_from="x")
    vectors[layout.BLOCK_ROWS + 3, 2] += 1
    stored = StoredVectors(section)
    assert stored.gather(np.array([0, ROWS - 1])).shape == (2, 4)
    with pytest.raises(WorkspaceError, match="rows 1024 to 2047 are not the ones that were written"):
        stored.gather(np.array([layout.BLOCK_ROWS]))
    with pytest.raises(WorkspaceError, match="rows 1024 to 2047"):
        stored.whole()


def test_numbers_that_are_not_finite_are_refused_even_when_sealed(vectors):
    vectors[2050, 0] = np.nan
    stored = StoredVectors(vectors_branch(vectors, made_from="x"))
    with pytest.raises(WorkspaceError, match="rows 2048 to 2054 hold numbers that are not finite"):
        stored.whole()


def test_a_header_that_was_changed_is_refused_without_reading_vectors(vectors):
    section = vectors_branch(vectors, made_from="x")
    node = section.members[layout.VECTORS]
    other = replace(node, array=node.array.reshape(ROWS, 2, 2)[:, 0])
    changed = branch(section.encoding, {**section.members, layout.VECTORS: other}, made_from="x")
    with pytest.raises(WorkspaceError, match="its header is not the one"):
        StoredVectors(changed)


@pytest.mark.parametrize("wrong", [np.zeros((3, 2)), np.zeros(3, np.float32)], ids=["float64", "flat"])
def test_other_numbers_are_no_vectors(wrong):
    with pytest.raises(WorkspaceError, match="expected rows of float32 or float16"):
        StoredVectors(vectors_branch(wrong, made_from="x"))


def test_what_may_stay_in_memory_decides_nothing_but_that(vectors):
    stored = StoredVectors(vectors_branch(vectors, made_from="x"))
    ids = np.random.default_rng(1).integers(ROWS, size=(700, 2))
    for resident in (1, AROUND, 5 * AROUND):
        assert np.array_equal(stored.gather(ids, resident=resident), vectors[ids])
    assert stored.gather(ids[:0], resident=1).shape == (0, 2, 4)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux what is mapped")
def test_pages_are_handed_back_however_rows_are_read(tmp_path):
    most, large = 8 << 20, np.zeros((1 << 16, 256), np.float32)
    write_tree(
        tmp_path / "large.h5", branch(layout.WORKSPACE, {"v": vectors_branch(large, made_from="x")}, made_from="x")
    )

    def mapped_bytes():
        return int(Path("/proc/self/status").read_text().partition("RssFile:")[2].split()[0]) * 1024

    root = read_tree(tmp_path / "large.h5", layout.WORKSPACE)
    stored, before = StoredVectors(root.members["v"]), mapped_bytes()
    rows = MappedRows(stored, np.arange(len(large))[:, None], resident=most)
    ways = [np.random.default_rng(0).permutation(len(large))[:512], slice(0, len(large))]
    for way in ways:
        assert rows[way].shape[1:] == (1, 256)
        assert mapped_bytes() - before < 2 * most
    write_tree(tmp_path / "copy.h5", root)
    assert mapped_bytes() - before < 4 * most
