"""A stored student whose arrays are finite, sealed and of the wrong shapes is refused, and the array is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from prle.errors import WorkspaceError
from prle.models.students.teaching.distilling import DistillSettings
from prle.stages.common.students import fitting_student
from prle.stages.distill.interface import DistillRequest
from prle.stages.distill.stage import distill
from prle.workspace import open_workspace
from tests.stages.test_texts import fitted_manual  # noqa: F401


def taught(path, name="default", **settings):
    """Return a student as it is stored."""
    chosen = DistillSettings(**{"epochs": 1, "layers": 1, "heads": 2, "size": 8, **settings})
    distill(path, DistillRequest(settings=chosen, name=name, student_name="small", size=8))
    with open_workspace(path) as opened:
        return opened.model("small")


def refusal(path, stored):
    with open_workspace(path) as opened, pytest.raises(WorkspaceError, match="do not fit together") as refused:
        fitting_student(opened, stored)
    assert "prle distill --as small" in refused.value.hint
    return str(refused.value)


def with_array(stored, name, change):
    arrays = dict(stored.arrays)
    arrays[name] = change(arrays[name])
    return replace(stored, arrays=arrays)


def with_record(stored, **changes):
    return replace(stored, summary={**stored.summary, "student": {**stored.summary["student"], **changes}})


def longer(array):
    return np.concatenate([array, array[:1]])


OUTPUT = "student/output/"


@pytest.fixture(scope="module")
def taught_transformer(fitted_once, tmp_path_factory):
    path = Path(shutil.copy(fitted_once, tmp_path_factory.mktemp("transformer") / "prle.h5"))
    return path, taught(path, form="transformer")


@pytest.fixture
def manual(fitted_manual, tmp_path):  # noqa: F811
    return Path(shutil.copy(fitted_manual, tmp_path / "manual.h5"))


@pytest.mark.parametrize("name", ["memory", "reduce", "centre", "scale", "weight", "bias", "lift", "head", "key_0"])
@pytest.mark.parametrize("change", [longer, lambda array: array[:-1], lambda array: array[None]])
def test_every_array_of_a_transformer_has_one_shape(taught_transformer, name, change):
    path, stored = taught_transformer
    assert OUTPUT in refusal(path, with_array(stored, OUTPUT + name, change))


def test_as_many_tokens_as_the_teacher_has_prototypes(taught_transformer):
    path, stored = taught_transformer
    memory = OUTPUT + "memory"
    assert "memory: expected shape" in refusal(path, with_array(stored, memory, longer))
    assert "memory: expected shape" in refusal(path, with_array(stored, memory, lambda array: array[:0]))
    assert "memory: expected shape" in refusal(path, with_record(stored, tokens=1))
    # A file of before the number was recorded attends to however many there are.
    old = {key: value for key, value in stored.summary["student"].items() if key != "tokens"}
    with open_workspace(path) as opened:
        assert fitting_student(opened, replace(stored, summary={**stored.summary, "student": old})).labels


def test_arrays_that_are_missing_or_strange_are_named(taught_transformer):
    path, stored = taught_transformer
    arrays = dict(stored.arrays)
    lift = arrays.pop(OUTPUT + "lift")
    assert "lift: missing" in refusal(path, replace(stored, arrays=arrays))
    arrays |= {OUTPUT + "lift": lift, OUTPUT + "left": lift}
    assert "left: no part of such a student" in refusal(path, replace(stored, arrays=arrays))


@pytest.mark.parametrize(
    "changes",
    [
        {"tokens": -1},
        {"tokens": 2.0},
        {"size": 0},
        {"heads": True},
        {"layers": 10**12},
        {"form": "lstm"},
        {"strategy": "none"},
        {"strategy": "two-stage"},
        {"residual": 1},
        {"filing": "drawer"},
        {"places": [1]},
        {"places": None},
        {"shrinkage": "0.5"},
        {"lexical": -1.0},
        {"unheard": 1},
    ],
)
def test_a_record_that_no_distillation_writes_is_refused(taught_transformer, changes):
    path, stored = taught_transformer
    assert refusal(path, with_record(stored, **changes))


@pytest.mark.parametrize("change", [longer, lambda array: array[:-1], lambda array: -array, lambda array: array[None]])
def test_absolute_errors_are_those_of_the_validation_rows(taught_transformer, change):
    path, stored = taught_transformer
    assert "calibration/errors" in refusal(path, with_array(stored, "calibration/errors", change))


def test_experts_of_one_are_not_taken_for_those_of_all(workspace):
    stored = taught(workspace, form="linear", strategy="routing-only")
    arrays = dict(stored.arrays)
    for name in ("own_weight", "own_bias"):
        arrays[f"teacher/experts/{name}"] = arrays[f"teacher/experts/{name}"][:1]
    assert "a prediction is of shape" in refusal(workspace, replace(stored, arrays=arrays))


@pytest.mark.parametrize(
    ("strategy", "name", "change", "said"),
    [
        ("projection", "student/output/groups", longer, "groups: expected shape"),
        ("projection", "student/output/groups", lambda array: array[:1], "groups: expected shape"),
        ("projection", "student/output/group_map", longer, "groups: expected shape"),
        ("routing-only", "teacher/maps/owner", lambda array: array + 10**6, "owner"),
        ("routing-only", "teacher/maps/owner", lambda array: array - 10**6, "owner"),
        ("two-stage", "teacher/maps/left", lambda array: array[:, :1], "right: expected finite numbers"),
    ],
)
def test_groups_and_maps_fit_what_there_is(manual, strategy, name, change, said):
    stored = taught(manual, "group", form="linear", strategy=strategy, group_embedding="id-hash")
    assert said in refusal(manual, with_array(stored, name, change))


def test_a_single_number_is_not_taken_for_a_vector(manual):
    stored = taught(manual, form="linear")
    thin = with_array(stored, "student/output/bias", lambda array: array[:1])
    thin = with_array(thin, "student/output/weight", lambda array: array[:, :1])
    assert "expected 64 numbers for each question" in refusal(manual, thin)
