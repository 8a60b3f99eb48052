"""Arrays of voters that somebody broke: each is refused in one line that says what does not fit."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import WorkspaceError
from prle.models.labels.checkpoint import load
from prle.stages.fit.stage import fit
from prle.workspace import open_workspace
from prle.workspace.opened import Workspace
from tests.stages.conftest import demo  # noqa: F401
from tests.stages.voting import VOTING, votes_once  # noqa: F401

HUGE = np.iinfo(np.int64).max


def put(name, value, at=-1):
    """Put one number in the place of another."""

    def broken(arrays):
        array = arrays[name].copy()
        array.reshape(-1)[at] = value
        return {**arrays, name: array}

    return broken


def made(name, change):
    return lambda arrays: {**arrays, name: change(arrays[name])}


def without(name):
    return lambda arrays: {path: array for path, array in arrays.items() if path != name}


def swapped(name):
    """Turn the second and the third number round, where they differ."""

    def broken(arrays):
        array = arrays[name].copy()
        array[[1, 2]] = array[[2, 1]]
        return {**arrays, name: array}

    return broken


PARTS = ("learned", "content", "rows", "starts", "labels", "probes")
BROKEN = {
    **{f"{part} missing": without(f"votes/{part}") for part in PARTS},
    "place missing": without("place/middle"),
    "base missing": without("scores/linear/weight"),
    "anchors missing": without("anchors"),
    **{f"{part} one fewer": made(f"votes/{part}", lambda array: array[:-1]) for part in PARTS[:-1]},
    **{f"{part} deeper": made(f"votes/{part}", lambda array: array[None]) for part in PARTS[:-1]},
    **{f"{part} empty": made(f"votes/{part}", lambda array: array[:0]) for part in PARTS[:-1]},
    **{f"{part} no number": put(f"votes/{part}", np.nan) for part in ("learned", "content", "labels")},
    **{f"{part} infinite": put(f"votes/{part}", np.inf) for part in ("learned", "content", "labels")},
    **{f"{part} as floats": made(f"votes/{part}", lambda array: array.astype(float)) for part in ("rows", "starts")},
    **{f"{part} as small integers": made(f"votes/{part}", lambda array: array.astype(np.int8)) for part in ("rows",)},
    **{f"{part} as truth": made(f"votes/{part}", lambda array: array > 0) for part in PARTS},
    "a row twice": lambda arrays: put("votes/rows", arrays["votes/rows"][0])(arrays),
    "a negative row": put("votes/rows", -1),
    "a row beyond the training rows": put("votes/rows", 10_000),
    "a row of the largest number": put("votes/rows", HUGE),
    "starts out of order": swapped("votes/starts"),
    "starts not at 0": put("votes/starts", 1, at=0),
    "starts beyond the rows": put("votes/starts", HUGE),
    "starts below 0": put("votes/starts", -5, at=1),
    "an anchor in another cell": swapped("anchors"),
    "an anchor that does not vote": put("anchors", 10_000),
    "an anchor twice": lambda arrays: put("anchors", arrays["anchors"][0])(arrays),
    "no probes": put("votes/probes", 0),
    "negative probes": put("votes/probes", -3),
    "more probes than cells": put("votes/probes", 7),
    "probes of the largest number": put("votes/probes", HUGE),
    "probes as a row": made("votes/probes", lambda array: np.array([array, array])),
    "probes as a fraction": made("votes/probes", lambda array: array + 0.5),
    "learned too wide": made("votes/learned", lambda array: np.concatenate([array, array], axis=1)),
    "content too wide": made("votes/content", lambda array: np.concatenate([array, array], axis=1)),
    "place too wide": made("place/middle", lambda array: np.concatenate([array, array])),
    "base too wide": made("scores/linear/weight", lambda array: np.concatenate([array, array], axis=1)),
    "differs in part": lambda arrays: {**arrays, "differs/axes": np.ones((1, 1), np.float32)},
    "differs of another width": lambda arrays: {
        **arrays,
        **{f"differs/{name}": np.ones((3, 2)) for name in ("axes", "slope", "level")},
    },
}
OF_CLASSES = {
    "a class beyond the last": put("votes/labels", 3.0),
    "a negative class": put("votes/labels", -1.0),
    "half a class": put("votes/labels", 0.5),
    "a class of the largest number": put("votes/labels", 1e300),
}


@pytest.fixture(scope="session")
def both(votes_once, tmp_path_factory):  # noqa: F811
    folder, found = tmp_path_factory.mktemp("ballots"), {}
    for kind in ("number", "class"):
        found[kind] = shutil.copy(votes_once[kind], folder / f"{kind}.h5")
        fit(found[kind], resolve(None, {**VOTING, "votes.base": "linear", "place.content": 0.5}))
    return found


@pytest.fixture
def refusal(monkeypatch):
    """Break the arrays of a model, and return how it is refused."""

    def refused(path, broken):
        with open_workspace(path) as opened:
            stored = opened.model("default")
            forged = replace(stored, name="broken", arrays=broken(dict(stored.arrays)))
            monkeypatch.setattr(Workspace, "model", lambda *_: forged)
            with pytest.raises(WorkspaceError) as refusal:
                load(opened, "broken")
        return refusal.value

    return refused


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("kind", ["number", "class"])
def test_what_is_broken_is_refused_in_one_line(both, refusal, kind, what):
    error = refusal(both[kind], BROKEN[what])
    assert "\n" not in error.message
    assert error.message.startswith("model broken: ")
    assert error.hint == "run `prle fit --name broken` again"


@pytest.mark.parametrize("what", OF_CLASSES)
def test_labels_that_are_no_classes_are_refused(both, refusal, what):
    assert "\n" not in refusal(both["class"], OF_CLASSES[what]).message


def test_what_is_whole_is_read(both):
    for path in both.values():
        with open_workspace(path) as opened:
            checkpoint = load(opened, "default")
            assert np.isfinite(checkpoint.predictor().predict(opened.embeddings("test")[:])).all()
