"""What a prediction hangs on, against refits and against all sets there are."""

from itertools import combinations

import numpy as np
import pytest

from prle.explanation import fewest_examples, fewest_prototypes
from prle.explanation.counterfactual import _fewest
from tests.explanation.planted import planted
from tests.explanation.test_influence import refitted


@pytest.fixture(scope="module", params=[1, 2], ids=["one member", "two members"])
def world(request):
    return planted(sentences=2, committee=request.param)


def one(world, number):
    forwards = world.predictor.forwards(world.inputs[number : number + 1])
    return forwards, [placed.row(number) for placed in world.placed]


@pytest.mark.parametrize("number", [0, 7, 20])
@pytest.mark.parametrize("move", [0.01, 0.03])
def test_examples_that_are_taken_away_move_a_real_refit_that_far(world, number, move):
    _, placed = one(world, number)
    removal = fewest_examples(world.influence, placed, move)
    keep = np.setdiff1d(np.arange(120), removal.removed)
    before, after = world.predictor.predict(world.inputs)[number], refitted(world, keep)[number]
    assert after == pytest.approx(removal.prediction, rel=1e-8)
    assert after - before == pytest.approx(removal.move, abs=1e-6)
    assert removal.reached == (abs(removal.move) >= move)
    assert removal.reached


def test_none_of_the_examples_can_be_spared(world):
    _, placed = one(world, 3)
    removal = fewest_examples(world.influence, placed, 0.04)
    assert removal.reached
    before = world.influence.predict(placed)[0]
    for spared in removal.removed:
        fewer = [row for row in removal.removed if row != spared]
        moved = world.influence.without(fewer).predict(placed)[0] - before
        assert abs(moved) < 0.04 or np.sign(moved) != np.sign(removal.move)


def test_one_example_where_one_is_enough():
    world = planted(sentences=1)
    _, placed = one(world, 2)
    influence, before = world.influence, world.influence.predict(placed)[0]
    moves = [abs(influence.without([row]).predict(placed)[0] - before) for row in range(120)]
    removal = fewest_examples(influence, placed, 0.95 * max(moves))
    assert removal.removed == (int(np.argmax(moves)),)


def test_a_move_that_nothing_brings_about_is_said_so(world):
    forwards, placed = one(world, 0)
    removal = fewest_prototypes(forwards, world.target, 50.0, refit=(world.influence, placed))
    assert not removal.reached
    assert abs(removal.move) < 50.0
    assert len(removal.removed) < 5, "somebody has to be left"


def without_prototypes(world, removed, number):
    """Refit without some prototypes by the pieces, and predict one input."""
    _, placed = one(world, number)
    return world.influence.without_prototypes(removed).predict([each.without_prototypes(removed) for each in placed])[0]


@pytest.mark.parametrize("number", [0, 7, 20])
def test_prototypes_that_are_taken_away_move_a_real_refit_that_far(world, number):
    forwards, placed = one(world, number)
    alone = [abs(without_prototypes(world, [gone], number) - world.influence.predict(placed)[0]) for gone in range(5)]
    move = max(alone) * 0.9
    removal = fewest_prototypes(forwards, world.target, move, refit=(world.influence, placed))
    assert removal.reached
    assert removal.prediction == pytest.approx(without_prototypes(world, removal.removed, number), rel=1e-9)
    assert abs(removal.move) >= move
    smallest = min(
        (
            size
            for size in range(1, 5)
            for gone in combinations(range(5), size)
            if abs(without_prototypes(world, list(gone), number) - world.influence.predict(placed)[0]) >= move
        ),
    )
    assert len(removal.removed) <= smallest + 1


def test_experts_that_are_no_solutions_share_out_the_weight_alone(world):
    forwards, _ = one(world, 4)
    removal = fewest_prototypes(forwards, world.target, 1e-4, refit=None)
    said = []
    for forward in forwards:
        outputs = world.target.in_label_units(forward.outputs)[0]
        weights = np.where(np.isin(np.arange(5), removal.removed), 0.0, forward.weights[0])
        said.append(weights @ outputs / weights.sum())
    assert removal.prediction == pytest.approx(np.mean(said), rel=1e-9)


def test_one_prototype_cannot_go():
    world = planted(sentences=2, **{"prototypes.count": 1})
    forwards, placed = one(world, 0)
    removal = fewest_prototypes(forwards, world.target, 0.1, refit=(world.influence, placed))
    assert (removal.removed, removal.move, removal.reached) == ((), 0.0, False)


class Sum:
    """The prediction is a sum; what is taken away is missing from it."""

    def __init__(self, values):
        self.values = np.array(values, float)

    def effects(self, removed):
        return np.where(np.isin(np.arange(len(self.values)), removed), 0.0, -self.values)

    def prediction(self, removed):
        return float(self.values.sum() - self.values[list(removed)].sum())


def test_the_smaller_of_both_directions_is_kept():
    removal = _fewest(Sum([1.0, 1.0, 1.0, -2.5]), 2.0, 4)
    assert removal.removed == (3,)
    assert removal.move == 2.5


def test_a_set_that_fails_is_the_one_that_came_nearest():
    removal = _fewest(Sum([1.0, 1.0, -0.5]), 9.0, 3)
    assert (removal.removed, removal.move, removal.reached) == ((0, 1), -2.0, False)


def test_no_more_are_taken_than_allowed():
    assert len(_fewest(Sum([1.0] * 10), 9.0, 4).removed) == 4
