"""Sealed by somebody who means harm: a workspace whose checksums are right and whose contents are not.

Everything that a model keeps is replaced in turn. Whoever asks gets the answer of before, where it does not need that
element, or one clear refusal.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from prle.errors import WorkspaceError
from prle.stages.edit import relabel, undo
from prle.stages.explain.stage import explain_row
from prle.stages.info import info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import layout, open_workspace
from prle.workspace.files.reader import read_tree
from prle.workspace.files.tree import Branch
from tests.stages.voting import votes_once, voting_numbers  # noqa: F401
from tests.workspace.builders import forge

MODEL = "models/default"
ARRAYS = {
    "empty": lambda array: array[:0],
    "longer": lambda array: np.concatenate([array, array[:1]]),
    "deeper": lambda array: array[None],
    "flat": lambda array: array.reshape(-1)[: max(1, array.size - 1)],
    "integers": lambda array: np.ones(array.shape, np.int32),
    "no number": lambda array: np.full(array.shape, math.nan, np.float32),
    "infinite": lambda array: np.full(array.shape, -math.inf, np.float64),
}
TEXTS = {
    "nothing": b"",
    "no JSON": b"{",
    "not UTF-8": b'{"a": "\xff"}',
    "null": b"null",
    "a list": b"[]",
    "an object": b"{}",
    "a bomb": b"[" * 200_000,
    "a deep object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a long number": b'{"created": ' + b"9" * 5_000 + b"}",
    "infinite": b'{"prototypes": {"count": Infinity}, "classes": [NaN, 1e999]}',
}
FREE = "calibration/nearest"
"""Of any length."""


def leaves(node, path=""):
    for name, child in node.members.items():
        if isinstance(child, Branch):
            yield from leaves(child, f"{path}{name}/")
        else:
            yield f"{path}{name}", child.encoding.kind


def answers(path):
    """What the workspace says, by question; None where it refuses to."""
    questions = {
        "predict": lambda: predict_split(path, "test").predictions,
        "level": lambda: predict_split(path, "test", PredictRequest(level=0.5)).predictions,
        "explain": lambda: explain_row(path, "test", 0),
        "info": lambda: info(path).rows,
    }
    found = {}
    for name, ask in questions.items():
        refusal = None
        try:
            found[name] = repr(ask())
        except WorkspaceError as error:
            found[name], refusal = None, error
        assert refusal is None or (refusal.hint and "\n" not in refusal.message)
    return found


@pytest.fixture
def elements(workspace):
    model = read_tree(workspace, layout.WORKSPACE).members["models"].members["default"]
    return [(f"{MODEL}/{path}", kind) for path, kind in leaves(model)]


@pytest.mark.parametrize("how", ARRAYS)
def test_arrays_that_do_not_fit_change_no_answer(workspace, elements, how):
    original, said = read_tree(workspace, layout.WORKSPACE), answers(workspace)
    assert None not in said.values()
    refused = 0
    for path, kind in elements:
        if kind != "array":
            continue
        node = original
        for part in path.split("/"):
            node = node.members[part]
        if (node.array.ndim == 0 and how in ("empty", "longer", "flat")) or (path.endswith(FREE) and how == "flat"):
            continue
        forge(workspace, path, ARRAYS[how](np.array(node.array)), root=original)
        found = answers(workspace)
        for question, answer in found.items():
            assert answer in (None, said[question]), f"{path}: {question}"
        refused += None in found.values()
    assert refused > 5


@pytest.mark.parametrize("how", TEXTS)
def test_json_that_says_something_else_is_refused(workspace, elements, how):
    original, said = read_tree(workspace, layout.WORKSPACE), answers(workspace)
    for path in [path for path, kind in elements if kind == "json"] + ["manifest"]:
        forge(workspace, path, np.frombuffer(TEXTS[how], np.uint8), root=original)
        for question, answer in answers(workspace).items():
            assert answer in (None, said[question]), f"{path}: {question}"


@pytest.mark.parametrize("anchors", [[-1, 0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 10**9], [2**62] * 6])
def test_anchors_are_training_rows(workspace, anchors):
    forge(workspace, f"{MODEL}/arrays/anchors", np.array(anchors, np.int64))
    with pytest.raises(WorkspaceError, match="model default: expected anchors from 0 to 299"):
        predict_split(workspace, "test")


def test_a_model_of_another_width_is_refused(workspace):
    with open_workspace(workspace) as opened:
        vectors = opened.model("default").arrays["prototypes/vectors"]
    forge(workspace, f"{MODEL}/arrays/prototypes/vectors", vectors[:, :, :-1])
    with pytest.raises(WorkspaceError, match="model default: "):
        predict_split(workspace, "test")


@pytest.mark.parametrize(
    ("element", "forged"),
    [
        ("rows", np.array([4.0])),
        ("rows", np.array([4, 5], np.int64)),
        ("rows", np.array([[4]], np.int64)),
        ("rows", np.array([-1], np.int64)),
        ("rows", np.array([300], np.int64)),
        ("labels", np.array([math.nan])),
        ("labels", np.array([1], np.int64)),
    ],
)
def test_forged_relabelled_rows_are_refused(voting_numbers, element, forged):  # noqa: F811
    relabel(voting_numbers, 4, 0.25)
    forge(voting_numbers, f"{MODEL}/arrays/relabelled/{element}", forged)
    for ask in (
        lambda: explain_row(voting_numbers, "test", 0),
        lambda: relabel(voting_numbers, 5, 0.25),
        lambda: undo(voting_numbers),
    ):
        with pytest.raises(WorkspaceError, match=r"relabelled|argument"):
            ask()
