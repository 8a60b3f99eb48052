"""Predictions traced back to training rows, against refits that are really made."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.explanation import Influence, Placed
from prle.models.labels.regressions import Regressions, shared_out, traceable
from prle.models.labels.training.closed_form import Evidence, LocalRidge, evidence, normal_equations
from prle.models.labels.training.rows import Rows
from tests.explanation.planted import planted

WORLDS = [(1, 1), (2, 1), (2, 3)]


@pytest.fixture(scope="module", params=WORLDS, ids=["singles", "pairs", "committee"])
def world(request):
    sentences, committee = request.param
    return planted(sentences=sentences, committee=committee)


def test_terms_add_up_to_what_the_model_itself_predicts(world):
    told = world.influence.attribute(world.placed)
    predicted = world.predictor.predict(world.inputs)
    assert traceable(world.members)
    assert told.gaps(world.train.labels, predicted, world.target.deviation).max() < 1e-6
    np.testing.assert_allclose(told.prior + told.contributions.sum(axis=1), predicted, rtol=1e-6)
    np.testing.assert_allclose(told.carried + told.weights @ world.train.labels, predicted, rtol=1e-6)


def test_a_wrong_label_would_show_as_a_gap(world):
    told = world.influence.attribute(world.placed)
    predicted = world.predictor.predict(world.inputs)
    assert told.gaps(world.train.labels + 1.0, predicted, world.target.deviation).max() > 1e-3


@pytest.mark.parametrize("row", [0, 17, 119])
def test_alpha_is_how_far_a_refit_moves_with_the_label(world, row):
    told = world.influence.attribute(world.placed)
    changed = world.influence.relabelled({row: float(world.train.labels[row]) + 1.0})
    np.testing.assert_allclose(
        changed.predict(world.placed) - world.influence.predict(world.placed), told.weights[:, row], atol=1e-9
    )


def refitted(world, keep):
    """Predict the inputs after solving on the rows ``keep`` alone, with ridge regressions written out one by one."""
    said = []
    for member, placed in zip(world.members, world.placed, strict=True):
        experts = member["experts"]
        rows = Rows(sentences=world.train.sentences, labels=world.train.labels)
        seen = evidence(world.model, member, world.target, rows)
        everything = LocalRidge(experts, seen, rank=len(experts["axes"]))
        design = everything.features(seen.value)[keep]
        held = everything.systems(float(experts["penalty"]))[0] - everything.systems(0.0)[0]
        held[-1, -1] = 1.0
        prior = seen.value @ experts["shared_weight"].T.astype(float) + experts["shared_bias"]
        left = world.train.labels - world.target.in_label_units(prior)
        outputs = []
        for prototype in range(seen.weights.shape[1]):
            weighted = design * seen.weights[keep, prototype : prototype + 1]
            own = np.linalg.solve(weighted.T @ design + held, weighted.T @ left[keep])
            outputs.append(placed.prior + placed.features @ own)
        said.append(np.sum(placed.weights * np.array(outputs).T, axis=1))
    return np.mean(said, axis=0)


def test_a_refit_on_all_rows_is_the_model(world):
    np.testing.assert_allclose(refitted(world, np.arange(120)), world.predictor.predict(world.inputs), rtol=1e-6)


@pytest.mark.parametrize("gone", [[3], [3, 3, 40], list(range(0, 120, 3))])
def test_a_refit_without_rows_is_the_model_of_the_others(world, gone):
    keep = np.setdiff1d(np.arange(120), gone)
    without = world.influence.without(gone)
    np.testing.assert_allclose(without.predict(world.placed), refitted(world, keep), rtol=1e-8)
    assert not without.attribute(world.placed).weights[:, gone].any()


def test_rows_can_go_one_after_the_other(world):
    once, twice = world.influence.without([5, 9]), world.influence.without([5]).without([9])
    np.testing.assert_allclose(once.predict(world.placed), twice.predict(world.placed), rtol=1e-9)


def test_a_refit_without_a_prototype_gives_its_rows_to_the_others(world):
    without, placed = world.influence.without_prototypes([2]), [each.without_prototypes([2]) for each in world.placed]
    for member, before, own in zip(without.members, world.influence.members, without.solutions, strict=True):
        expected = np.delete(before.weights.astype(float), 2, axis=1)
        expected /= expected.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(np.delete(member.weights, 2, axis=1), expected, rtol=1e-9)
        assert not own[2].any(), "who has no rows says what the shared model says"
        weighted = member.features * expected[:, :1]
        held = np.diag(member.held)
        by_hand = np.linalg.solve(weighted.T @ member.features + held, weighted.T @ (world.train.labels - member.prior))
        np.testing.assert_allclose(own[0], by_hand, rtol=1e-7, atol=1e-10)
    assert np.isfinite(without.predict(placed)).all()


def test_sharing_out_is_what_a_softmax_over_the_others_says(world):
    for member in world.members:
        seen = evidence(world.model, member, world.target, world.train)
        fewer = {**member, "prototypes": {"vectors": np.delete(member["prototypes"]["vectors"], 2, axis=0)}}
        shared = np.delete(shared_out(seen.weights, [2]), 2, axis=1)
        np.testing.assert_allclose(shared, evidence(world.model, fewer, world.target, world.train).weights, rtol=1e-4)


def test_a_row_that_nobody_else_hears_falls_silent():
    shared = shared_out(np.array([[1.0, 0.0, 0.0], [0.5, 0.125, 0.375]]), [0])
    np.testing.assert_allclose(shared, [[0.0, 0.0, 0.0], [0.0, 0.25, 0.75]])


def regressed(seed, rows, prototypes, rank, strength):
    """Regressions and inputs out of thin air."""
    rng = np.random.default_rng(seed)

    def read(count):
        return np.concatenate([rng.normal(size=(count, rank)), np.ones((count, 1))], axis=1)

    features, weights = read(rows), rng.dirichlet(np.full(prototypes, 0.3), size=rows)
    gram, _ = normal_equations(features, weights, np.zeros((rows, 1)))
    held = np.array([*[strength] * rank, 1.0])
    known = Regressions(features=features, weights=weights, prior=rng.normal(size=rows), gram=gram, held=held)
    asked = Placed(features=read(4), weights=rng.dirichlet(np.full(prototypes, 0.3), size=4), prior=rng.normal(size=4))
    return Influence([known], rng.normal(size=rows) * 3.0), [asked]


SHAPES = {
    "seed": st.integers(0, 2**16),
    "rows": st.integers(1, 40),
    "prototypes": st.integers(1, 6),
    "rank": st.integers(1, 5),
    "strength": st.sampled_from([0.1, 3.0, 300.0]),
}


@settings(max_examples=40, deadline=None)
@given(**SHAPES)
def test_terms_always_add_up(**shape):
    influence, asked = regressed(**shape)
    told = influence.attribute(asked)
    predicted = influence.predict(asked)
    np.testing.assert_allclose(told.prior + told.contributions.sum(axis=1), predicted, atol=1e-8)
    assert told.gaps(influence.labels, predicted, 1.0).max() < 1e-8


@settings(max_examples=40, deadline=None)
@given(**SHAPES, row=st.integers(0, 39))
def test_alpha_is_always_the_finite_difference(row, **shape):
    influence, asked = regressed(**shape)
    row %= len(influence.labels)
    moved = influence.relabelled({row: influence.labels[row] + 1.0}).predict(asked) - influence.predict(asked)
    np.testing.assert_allclose(moved, influence.attribute(asked).weights[:, row], atol=1e-8)


@settings(max_examples=40, deadline=None)
@given(**SHAPES, row=st.integers(0, 39))
def test_a_row_without_weight_says_nothing(row, **shape):
    """A model of all rows but one does not know the label of that one."""
    influence, asked = regressed(**shape)
    row %= len(influence.labels)
    without = influence.without([row])
    relabelled = without.relabelled({row: 1e3})
    np.testing.assert_allclose(relabelled.predict(asked), without.predict(asked), atol=1e-8)


def test_own_parts_that_are_no_solution_cannot_be_traced(world):
    begun = {**world.members[0], "experts": {**world.members[0]["experts"], "penalty": np.zeros((), np.float32)}}
    assert not traceable([*world.members, begun])


def test_what_is_kept_loses_no_digit(world):
    """Responsibilities are kept in single precision because they were computed in it."""
    for member, kept in zip(world.members, world.influence.members, strict=True):
        seen = evidence(world.model, member, world.target, world.train)
        assert isinstance(seen, Evidence)
        assert kept.weights.dtype == np.float32
        np.testing.assert_array_equal(kept.weights.astype(np.float64), seen.weights)
