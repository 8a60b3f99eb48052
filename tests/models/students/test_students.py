"""Students: shapes, starts, engines, and that heads mean something."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.errors import UsageError
from prle.models.students import STUDENTS, make_student
from prle.models.students.checks import check_shapes
from prle.models.students.interface import Ground, Inputs, StudentName, folded, ridge

RNG = np.random.default_rng(0)


def ground(sentences=1, groups=False, width=10, goals=3):
    vectors = RNG.normal(size=(80, sentences, width)).astype(np.float32)
    told = vectors[:, 0, :goals] + 0.5 * np.tanh(2.0 * vectors[:, -1, 1 : goals + 1])
    return Ground(
        inputs=Inputs(vectors=vectors, place=RNG.integers(0, 4, size=80) if groups else None),
        goals=told,
        importance=np.ones(80),
        prototypes=vectors[:5],
        groups=RNG.normal(size=(4, 6)).astype(np.float32) if groups else None,
    )


def disturbed(parameters, seed=1):
    rng = np.random.default_rng(seed)
    return {
        name: array if name in ("groups", "centre", "scale") else array + 0.3 * rng.normal(size=array.shape)
        for name, array in parameters.items()
    }


def test_the_registry_has_every_form_but_the_one_that_is_no_network():
    assert set(STUDENTS) == set(get_args(StudentName)) - {"factored"}
    assert all(make_student(name, size=4, heads=2, layers=1).name == name for name in STUDENTS)


@pytest.mark.parametrize("groups", [False, True])
@pytest.mark.parametrize("sentences", [1, 2])
@pytest.mark.parametrize("name", STUDENTS)
def test_engines_agree(name, sentences, groups):
    start = ground(sentences, groups)
    student = make_student(name, size=6, heads=2, layers=2)
    parameters = disturbed(student.start(start, np.random.default_rng(0)))
    ours = student(parameters, start.inputs)
    tensors = {key: torch.from_numpy(np.asarray(array, np.float64)) for key, array in parameters.items()}
    place = None if start.inputs.place is None else torch.from_numpy(start.inputs.place)
    theirs = student(tensors, Inputs(vectors=torch.from_numpy(start.inputs.vectors).double(), place=place))
    assert ours.shape == (80, 3)
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("groups", [False, True])
@pytest.mark.parametrize("name", STUDENTS)
def test_shapes_are_those_of_what_it_starts_with(name, groups):
    start = ground(groups=groups)
    student = make_student(name, size=6, heads=4, layers=3)
    parameters = student.start(start, np.random.default_rng(0))
    check_shapes(student, parameters, (1, 10), tokens=5, places=3 if groups else None)
    for wrong in ({"tokens": 4}, {"places": 2 if groups else 0}):
        if name == "transformer" or "places" in wrong:
            with pytest.raises((ValueError, KeyError)):
                check_shapes(student, parameters, (1, 10), **{"tokens": 5, "places": 3, **wrong})


@pytest.mark.parametrize("name", STUDENTS)
def test_training_starts_at_the_best_linear_student(name):
    start = ground()
    student = make_student(name, size=10, heads=2, layers=2)
    said = student(student.start(start, np.random.default_rng(0)), start.inputs)
    flat = start.inputs.vectors[:, 0]
    weight, bias = ridge(flat, start.goals, start.importance)
    ours, best = (float(np.mean((each - start.goals) ** 2)) for each in (said, flat @ weight + bias))
    assert ours == pytest.approx(best, rel=0.02)


def test_heads_mean_something_over_many_tokens_and_nothing_over_one():
    start = ground()
    student = make_student("transformer", size=8, heads=2, layers=2)
    parameters = disturbed(student.start(start, np.random.default_rng(0)))
    other = replace(student, heads=4)
    assert np.abs(student(parameters, start.inputs) - other(parameters, start.inputs)).max() > 0.01
    alone = {**parameters, "memory": parameters["memory"][:1]}
    np.testing.assert_allclose(student(alone, start.inputs), other(alone, start.inputs), atol=1e-6)


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 1000))
def test_a_transformer_does_not_care_in_which_order_its_prototypes_stand(seed):
    start = ground()
    student = make_student("transformer", size=6, heads=3, layers=2)
    parameters = disturbed(student.start(start, np.random.default_rng(0)))
    order = np.random.default_rng(seed).permutation(5)
    shuffled = {**parameters, "memory": parameters["memory"][order]}
    np.testing.assert_allclose(student(parameters, start.inputs), student(shuffled, start.inputs), atol=1e-9)


def test_swapping_the_texts_of_a_pair_changes_nothing():
    start = ground(sentences=2)
    student = make_student("mlp", size=6, heads=1, layers=2)
    parameters = disturbed(student.start(start, np.random.default_rng(0)))
    swapped = Inputs(vectors=start.inputs.vectors[:, ::-1])
    np.testing.assert_allclose(student(parameters, start.inputs), student(parameters, swapped), atol=1e-9)


def test_rows_that_weigh_nothing_teach_nothing():
    features, goals = RNG.normal(size=(30, 4)), RNG.normal(size=(30, 2))
    spoilt = np.concatenate([features, 100.0 * RNG.normal(size=(5, 4))])
    weights = np.concatenate([np.ones(30), np.zeros(5)])
    one = ridge(features, goals, np.ones(30))
    two = ridge(spoilt, np.concatenate([goals, np.full((5, 2), 99.0)]), weights)
    np.testing.assert_allclose(one[0], two[0], atol=1e-5)
    np.testing.assert_allclose(one[1], two[1], atol=1e-5)


@pytest.mark.parametrize("wrong", [{"size": 0}, {"heads": 0}, {"layers": 0}])
def test_numbers_below_one_are_refused(wrong):
    with pytest.raises(UsageError, match="at least 1"):
        make_student("transformer", **{"size": 4, "heads": 1, "layers": 1, **wrong})


def test_with_room_for_it_the_lens_of_the_teacher_is_taken_as_it_is():
    start = replace(ground(sentences=2), lens=RNG.normal(size=(10, 10)))
    whole, part = (make_student("linear", size=size, heads=1, layers=1) for size in (10, 9))
    rng = np.random.default_rng(0)
    np.testing.assert_allclose(whole.start(start, rng)["reduce"], start.lens, rtol=1e-6)
    assert part.start(start, rng)["reduce"].shape == (10, 9)
    # What is a linear function of the differences and products of the lens can then be said exactly.
    mapped = start.inputs.vectors @ start.lens
    told = np.abs(mapped[:, 0] - mapped[:, 1]) @ np.arange(10) + (mapped[:, 0] * mapped[:, 1]) @ np.ones(10)
    exact = replace(start, goals=told[:, None] / told.std())
    errors = [np.mean((each(each.start(exact, rng), exact.inputs) - exact.goals) ** 2) for each in (whole, part)]
    assert errors[0] < 1e-3 < 0.02 < errors[1]


@pytest.mark.parametrize(("hidden", "inner"), [(0, 9), (4, 4), (64, 9)])
def test_what_is_hidden_has_a_width_of_its_own(hidden, inner):
    start = ground()
    student = make_student("mlp", size=9, heads=1, layers=2, hidden=hidden)
    parameters = student.start(start, np.random.default_rng(0))
    assert parameters["reduce"].shape == (10, 9)
    assert parameters["inner_1"].shape == (inner, inner)
    wide = make_student("transformer", size=9, heads=2, layers=1, hidden=hidden)
    assert wide.width == 2 * -(-inner // 2)


def test_folding_the_map_of_groups_changes_no_answer():
    start = ground(groups=True)
    student = make_student("mlp", size=4, heads=1, layers=2)
    parameters = disturbed(student.start(start, np.random.default_rng(0)))
    less = folded(parameters)
    assert less["groups"].shape == (4, 4)
    np.testing.assert_allclose(student(less, start.inputs), student(parameters, start.inputs), rtol=1e-5, atol=1e-6)
    plain = student.start(ground(), np.random.default_rng(0))
    assert folded(plain) == plain
