"""Leaving one row out in closed form, held to refits that leave it out."""

import numpy as np
import pytest

from prle.explanation import Placed, leave_one_out, removal_effects
from prle.explanation.audit import chosen
from tests.explanation.planted import planted


@pytest.fixture(scope="module", params=[1, 2], ids=["one member", "two members"])
def world(request):
    return planted(sentences=2, committee=request.param)


def seen(influence):
    """The training rows as inputs."""
    return tuple(
        Placed(features=each.features, weights=np.asarray(each.weights, np.float64), prior=each.prior)
        for each in influence.members
    )


def test_every_row_is_predicted_as_by_a_refit_without_it(world):
    influence = world.influence
    predicted, inputs = leave_one_out(influence), seen(influence)
    for row in range(0, 120, 7):
        refit = influence.without([row]).predict(chosen(inputs, np.array([row])))[0]
        assert predicted[row] == pytest.approx(refit, rel=1e-9)


def test_a_label_does_not_change_what_is_predicted_for_its_own_row(world):
    influence = world.influence
    told = influence.relabelled({5: 40.0})
    assert leave_one_out(told)[5] == pytest.approx(leave_one_out(influence)[5], rel=1e-9)
    assert np.abs(leave_one_out(told) - leave_one_out(influence)).max() > 0.01


def test_removal_effects_are_the_slope_of_a_refit_with_less_of_the_row(world):
    """To first order means: a row that loses a little of its weight moves predictions by that share of its effect."""
    from dataclasses import replace

    from prle.explanation import Influence
    from prle.models.labels.training.closed_form import normal_equations

    influence, placed, share, row = world.influence, world.placed, 1e-5, 11
    members = []
    for member in influence.members:
        weights = member.weights.astype(np.float64)
        weights[row] *= 1.0 - share
        gram, _ = normal_equations(member.features, weights, np.zeros((len(weights), 1)))
        members.append(replace(member, weights=weights, gram=gram))
    slope = (influence.predict(placed) - Influence(members, influence.labels).predict(placed)) / share
    np.testing.assert_allclose(removal_effects(influence, placed)[:, row], slope, rtol=1e-3, atol=1e-6)
