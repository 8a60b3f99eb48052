from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prle.errors import WorkspaceError
from prle.workspace.files.tree import branch, content, leaf, member_branch, member_leaf
from prle.workspace.layout import ARRAY, ARRAYS, Encoding

NUMBERS = np.arange(6, dtype=np.int32).reshape(2, 3)


def sealed(array=NUMBERS, made_from="x"):
    return leaf(ARRAY, array, made_from=made_from)


@pytest.mark.parametrize(
    "other",
    [
        sealed(NUMBERS + 1),
        sealed(NUMBERS.astype(np.uint32)),
        sealed(NUMBERS.reshape(3, 2)),
        sealed(made_from="y"),
        leaf(Encoding("array", "1.1"), NUMBERS, made_from="x"),
    ],
    ids=["values", "type", "shape", "made-from", "version"],
)
def test_a_checksum_covers_values_type_shape_and_header(other):
    assert sealed().checksum == sealed(NUMBERS.copy()).checksum
    assert other.checksum != sealed().checksum
    assert (
        branch(ARRAYS, {"a": other}, made_from="x").checksum != branch(ARRAYS, {"a": sealed()}, made_from="x").checksum
    )


def test_a_branch_checksum_covers_names_but_not_their_order():
    one, two = sealed(), sealed(NUMBERS + 1)
    assert branch(ARRAYS, {"a": one, "b": two}, made_from="").checksum == (
        branch(ARRAYS, {"b": two, "a": one}, made_from="").checksum
    )
    assert branch(ARRAYS, {"a": one}, made_from="").checksum != branch(ARRAYS, {"b": one}, made_from="").checksum


def test_checksum_is_the_documented_one():
    import hashlib

    header = b'{"dtype":"<i4","encoding-type":"array","encoding-version":"1.0","made-from":"x","shape":[2,3]}\n'
    assert sealed().checksum == hashlib.sha256(header + NUMBERS.tobytes()).hexdigest()
    members = (
        f'{{"encoding-type":"arrays","encoding-version":"1.0","made-from":"x","members":{{"a":"{sealed().checksum}"}}}}'
    )
    assert branch(ARRAYS, {"a": sealed()}, made_from="x").checksum == hashlib.sha256(members.encode()).hexdigest()


def test_big_endian_and_strided_arrays_are_stored_as_little_endian_ones():
    strided = np.arange(12, dtype=">i4").reshape(2, 6)[:, ::2]
    assert sealed(strided).checksum == sealed(np.ascontiguousarray(strided).astype("<i4")).checksum


def test_content_is_a_copy_that_was_verified():
    node = sealed(NUMBERS.copy())
    given = content(node)
    given[0, 0] = 99
    assert node.array[0, 0] == 0
    with pytest.raises(WorkspaceError, match=r"^prle.h5: a/b: its bytes are not the ones that were written"):
        content(replace(node, array=NUMBERS + 1, where="prle.h5: a/b"))


def test_members_are_asked_for_by_name_kind_and_version():
    root = replace(branch(ARRAYS, {"a": sealed(), "b": branch(ARRAYS, {}, made_from="")}, made_from=""), where="f.h5:")
    assert member_leaf(root, "a", ARRAY) is root.members["a"]
    with pytest.raises(WorkspaceError, match=r"^f.h5: c: expected this element, found none"):
        member_leaf(root, "c", ARRAY)
    with pytest.raises(WorkspaceError, match="expected json, got 'array'"):
        member_leaf(root, "a", Encoding("json"))
    with pytest.raises(WorkspaceError, match="expected a group, found an array"):
        member_branch(root, "a", ARRAY)
    with pytest.raises(WorkspaceError, match="expected an array, found a group"):
        member_leaf(root, "b", ARRAYS)
    newer = replace(root, members={"a": leaf(Encoding("array", "2.0"), NUMBERS, made_from="")})
    with pytest.raises(WorkspaceError, match=r"written in format array 2.0; this prle reads up to 1.0"):
        member_leaf(newer, "a", ARRAY)
