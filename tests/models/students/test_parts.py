"""What students are made with: goals, mixtures, groups, factoring, and the rule about sizes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from prle.arrays.geometry import softmax, unit
from prle.models.students.forms.factored import factored, matrix_of
from prle.models.students.interface import Inputs, Lesson
from prle.models.students.teaching.goals import ClassGoal, ExpertGoal, NumberGoal, RoutingGoal, VectorGoal, centred_logs
from prle.models.students.teaching.groups import group_vectors, numbered
from prle.models.students.teaching.mixtures import LEAST, mixtures
from prle.models.students.teaching.sizes import SizeTrial, parsimonious, sizes_for
from prle.models.texts.experts import mapped

RNG = np.random.default_rng(0)


def lesson(output, weights=None, outputs=None, rows=4, width=3):
    given = np.full((rows, 2), 0.5) if weights is None else weights
    vectors = RNG.normal(size=(rows, 1, width)).astype(np.float32)
    return Lesson(
        inputs=Inputs(vectors=vectors), output=output, weights=given, importance=np.ones(rows), outputs=outputs
    )


def test_what_the_teacher_says_costs_nothing_more_than_it_has_to():
    number = lesson(RNG.normal(size=(4, 1)))
    np.testing.assert_allclose(NumberGoal().errors(number.output, number), 0.0)
    shares = softmax(RNG.normal(size=(4, 3)))
    classes = lesson(shares)
    entropy = -np.sum(shares * np.log(shares), axis=1)
    np.testing.assert_allclose(ClassGoal().errors(np.log(shares), classes), entropy, rtol=1e-6)
    routed = lesson(np.zeros((4, 1)), weights=shares)
    np.testing.assert_allclose(RoutingGoal().errors(np.log(shares), routed), entropy, rtol=1e-6)
    vectors = lesson(unit(RNG.normal(size=(4, 3))))
    apart = VectorGoal(residual=True).errors(vectors.output - vectors.inputs.vectors[:, 0], vectors)
    np.testing.assert_allclose(apart, 0.0, atol=1e-6)


def test_an_expert_nobody_listens_to_may_say_anything():
    outputs = RNG.normal(size=(4, 2, 1))
    heard = np.array([[1.0, 0.0]] * 4)
    taught = lesson(np.zeros((4, 1)), weights=heard, outputs=outputs)
    said = outputs.copy()
    said[:, 1] += 100.0
    np.testing.assert_allclose(ExpertGoal(classes=False).errors(said.reshape(4, 2), taught), 0.0)
    said[:, 0] += 2.0
    np.testing.assert_allclose(ExpertGoal(classes=False).errors(said.reshape(4, 2), taught), 4.0)


def test_a_temperature_makes_small_probabilities_count():
    shares = np.array([[0.98, 0.015, 0.005]] * 4)
    taught = lesson(shares)
    swapped = np.log(shares[:, [0, 2, 1]])
    lost = [
        float(np.mean(ClassGoal(temperature=each).errors(swapped, taught)))
        - float(np.mean(ClassGoal(temperature=each).errors(np.log(shares), taught)))
        for each in (1.0, 3.0)
    ]
    assert lost[1] > 10.0 * lost[0] > 0.0


def test_goals_are_the_same_in_both_engines():
    taught = lesson(softmax(RNG.normal(size=(4, 3))))
    outputs = RNG.normal(size=(4, 3))
    tensors = taught.through(torch.from_numpy)
    for goal in (ClassGoal(temperature=2.0), VectorGoal(residual=True)):
        theirs = goal.errors(torch.from_numpy(outputs), tensors)
        np.testing.assert_allclose(goal.errors(outputs, taught), theirs.numpy(), rtol=1e-6)


def test_logs_of_shares_lead_back_to_them():
    shares = softmax(RNG.normal(size=(4, 3)))
    np.testing.assert_allclose(softmax(centred_logs(shares)), shares, rtol=1e-6)


def test_mixtures_lie_between_their_parents_and_keep_their_length():
    vectors = unit(RNG.normal(size=(20, 2, 5))).astype(np.float32)
    mixed = mixtures(vectors, 3, np.random.default_rng(1))
    assert mixed.vectors.shape == (60, 2, 5)
    np.testing.assert_array_equal(mixed.vectors[:, 0], vectors[mixed.first, 0])
    np.testing.assert_allclose(np.linalg.norm(mixed.vectors[:, 1], axis=1), 1.0, rtol=1e-5)
    first = np.sum(mixed.vectors[:, 1] * vectors[mixed.first, 1], axis=1)
    second = np.sum(mixed.vectors[:, 1] * vectors[mixed.second, 1], axis=1)
    assert (first >= second - 1e-5).all()
    assert LEAST == 0.5


def test_rows_of_any_length_are_mixed_as_they_are():
    vectors = 7.0 * RNG.normal(size=(10, 1, 3)).astype(np.float32)
    mixed = mixtures(vectors, 1, np.random.default_rng(1))
    span = np.stack([vectors[mixed.first, 0], vectors[mixed.second, 0]])
    assert (mixed.vectors[:, 0] <= span.max(axis=0) + 1e-5).all()
    assert (mixed.vectors[:, 0] >= span.min(axis=0) - 1e-5).all()


def test_a_question_is_filed_at_the_deepest_place_that_is_known():
    places = ("house", "house > lamp")
    assert numbered(("house > lamp > bulb", "house", "garden"), places, "path").tolist() == [1, 0, -1]
    assert numbered(("house", "house > lamp > bulb"), places, "group").tolist() == [0, -1]


@pytest.mark.parametrize(("kind", "spoken"), [("title", ["house", "lamp"]), ("path", ["house", "house > lamp"])])
def test_groups_are_told_by_their_title_or_their_path(kind, spoken):
    heard = []

    def encode(names):
        heard.extend(names)
        return np.eye(len(names), 4)

    found = group_vectors(("house", "house > lamp"), kind, encode)
    assert heard == spoken
    assert found.shape == (3, 4)
    np.testing.assert_array_equal(found[-1], 0.0)


def test_a_hash_of_a_name_is_the_same_everywhere_and_asks_no_encoder():
    one = group_vectors(("a", "b"), "id-hash", None)
    two = group_vectors(("b", "a"), "id-hash", None)
    np.testing.assert_array_equal(one[0], two[1])
    assert abs(float(one[0] @ one[1])) < 0.5


def test_factoring_with_every_direction_changes_nothing_and_with_few_little():
    maps = {
        "shared": RNG.normal(size=(5, 5)).astype(np.float32),
        "scale": RNG.normal(size=3).astype(np.float32),
        "left": RNG.normal(size=(5, 4)).astype(np.float32),
        "right": RNG.normal(size=(4, 5)).astype(np.float32),
        "owner": np.array([0, 1, 3, 2]),
        "offset": RNG.normal(size=(3, 5)).astype(np.float32),
    }
    questions, weights = RNG.normal(size=(6, 5)).astype(np.float32), softmax(RNG.normal(size=(6, 3)))
    whole = mapped(maps, questions, weights)
    gaps = []
    for rank in (0, 1, 5):
        fewer = factored(maps, np.array([0.5, 0.25, 0.25]), rank, shape=(5, 5))
        gaps.append(float(np.mean((mapped(fewer, questions, weights) - whole) ** 2)))
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 1e-9


def test_a_whole_matrix_is_what_its_cluster_does():
    maps = {
        "scale": np.array([2.0, 3.0]),
        "left": RNG.normal(size=(4, 2)),
        "right": RNG.normal(size=(2, 4)),
        "owner": np.array([0, 2]),
    }
    questions = RNG.normal(size=(5, 4))
    one_hot = np.tile([1.0, 0.0], (5, 1))
    np.testing.assert_allclose(questions @ matrix_of(maps, 0, 2, shape=(4, 4)), mapped(maps, questions, one_hot))


def trial(size, level, relative):
    noise = 0.1 * np.random.default_rng(0).normal(size=100)
    return SizeTrial(size=size, losses=level + noise * (1 + 0.01 * size), relative_error=relative)


def test_the_smallest_size_that_is_not_surely_worse_is_taken():
    assert parsimonious([trial(8, 1.5, 0.05), trial(16, 1.0, 0.04), trial(32, 1.0, 0.03)]) == 1


def test_a_size_that_says_something_else_than_the_teacher_is_not_taken_however_good():
    assert parsimonious([trial(8, 1.0, 0.30), trial(16, 1.0, 0.20), trial(32, 1.0, 0.03)]) == 2


def test_where_none_is_good_enough_the_best_is_taken():
    assert parsimonious([trial(8, 1.0, 0.30), trial(16, 2.0, 0.03)]) == 0


def test_no_size_is_tried_twice_in_other_words():
    assert sizes_for(384) == (8, 16, 32, 64, 128, 384)
    assert sizes_for(26) == (8, 16, 26)
    assert sizes_for(8) == (8,)
