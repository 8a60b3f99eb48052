"""Each measure against what it must say of models whose truth is known."""

import numpy as np
import pytest

from prle.explanation import Influence, removal_effects
from prle.explanation.audit import (
    Voices,
    anchor_fidelity,
    compactness,
    deletion,
    detect_noise,
    half_subsets,
    labels_withheld,
    one_expert,
    purity_of_random,
    randomised,
    reliance,
    resampled,
    rows_removed,
    score,
    stability,
    subset_sums,
    suspicion,
    with_shuffled_labels,
    with_wrong_labels,
    within_share,
)
from tests.explanation.planted import planted


@pytest.fixture(scope="module", params=[1, 2], ids=["one member", "two members"])
def world(request):
    return planted(sentences=2, committee=request.param)


@pytest.fixture(scope="module")
def contributions(world):
    return world.influence.attribute(world.placed).contributions


def test_the_interval_of_a_mean_holds_it_and_shrinks_with_rows():
    values = np.random.default_rng(0).normal(size=400)
    few, many = resampled(values[:25], 0), resampled(values, 0)
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low
    assert resampled(np.full(5, 2.0), 1) == (2.0, 2.0, 2.0)


def test_halves_are_halves_and_repeatable():
    halves = half_subsets(21, 4, 3)
    assert all(len(np.unique(rows)) == 10 and rows.max() < 21 for rows in halves)
    assert all(np.array_equal(one, other) for one, other in zip(halves, half_subsets(21, 4, 3), strict=True))
    assert not np.array_equal(halves[0], halves[1])


def test_attributions_are_exact_for_withheld_labels_and_not_for_strangers(world, contributions):
    halves = half_subsets(120, 20, 0)
    withheld = labels_withheld(world.influence, world.placed, halves)
    assert score(subset_sums(contributions, halves), withheld, 0).value > 0.999
    strangers = subset_sums(np.random.default_rng(1).permuted(contributions, axis=1), halves)
    assert abs(score(strangers, withheld, 0).value) < 0.2


def test_first_order_effects_foretell_removed_rows(world):
    halves = half_subsets(120, 20, 0)
    effects = removal_effects(world.influence, world.placed)
    foretold = score(subset_sums(effects, halves), rows_removed(world.influence, world.placed, halves), 0)
    assert foretold.low > 0.8
    assert foretold.low <= foretold.value <= foretold.high


def test_predictions_fall_more_without_the_rows_that_add_most(world, contributions):
    found = deletion(world.influence, world.placed, contributions, 0)
    assert found.counts == (1, 2, 5, 10, 20, 50)
    assert np.diff(found.attributed.mean(axis=0)).min() > 0
    assert found.areas(found.attributed).mean() > 3 * abs(found.areas(found.random).mean())


def test_the_height_of_a_curve_is_its_mean_over_the_logarithm(world, contributions):
    found = deletion(world.influence, world.placed, contributions[:3], 0)
    assert found.areas(np.full((3, 6), 0.7)) == pytest.approx(0.7)


def test_shuffled_labels_leave_nothing_of_contributions(world, contributions):
    shuffled = with_shuffled_labels(world.influence, 0).attribute(world.placed).contributions
    found = randomised(contributions, shuffled)
    assert abs(found.signed.mean()) < 0.1
    assert found.sizes.mean() > 0.5, "alphas depend on the geometry alone"
    assert randomised(contributions, contributions).signed == pytest.approx(1.0)


def test_reliance_by_hand():
    """Three experts say 0, 1 and 3; the heaviest goes, or speaks alone."""
    weights, outputs = np.array([[0.5, 0.3, 0.2]]), np.array([[0.0, 1.0, 3.0]])
    found = reliance([weights], [outputs], 0)
    assert found.comprehensiveness == pytest.approx((0.3 + 0.6) / 0.5 - 0.9)
    assert found.sufficiency == pytest.approx(0.9)


def test_those_without_a_voice_speak_alike_when_the_others_are_gone():
    found = reliance([np.array([[1.0, 0.0, 0.0]])], [np.array([[0.0, 1.0, 3.0]])], 0)
    assert found.comprehensiveness == pytest.approx(2.0)
    assert found.sufficiency == pytest.approx(0.0)


def test_compactness_counts_voices():
    weights = np.array([[0.9, 0.1, 0.0, 0.0], [0.1, 0.9, 0.0, 0.0]])
    found = compactness(weights)
    assert (found.most.tolist(), found.nearly_all.tolist(), found.active) == ([1, 1], [2, 2], 2)
    assert found.effective == pytest.approx(2.0)
    assert compactness(np.full((3, 5), 0.2)).effective == pytest.approx(5.0)


def test_variance_inside_regimes():
    labels = np.array([1.0, 1.0, 3.0, 3.0])
    assert within_share(labels, np.array([0, 0, 2, 2])) == 0.0
    assert within_share(labels, np.array([0, 1, 0, 1])) == pytest.approx(1.0)
    assert within_share(labels, np.array([0, 0, 0, 1])) == pytest.approx(2.0 / 3.0)
    assert within_share(np.ones(3), np.array([0, 1, 0])) == 0.0


def test_the_variance_of_classes_is_their_gini_impurity():
    codes, regimes = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 0, 1, 1, 1])
    # Inside either regime 1 - (4 + 1) / 9, of all rows 1 - 3 / 9.
    assert within_share(np.eye(3)[codes], regimes) == pytest.approx((4 / 9) / (2 / 3))


def test_random_prototypes_divide_the_same_rows_otherwise(world):
    labels = world.train.labels[:30]
    shares = purity_of_random(
        world.predictor, world.members, world.train.sentences, world.inputs, labels, draws=4, seed=0
    )
    assert len(set(shares.tolist())) > 1
    assert ((shares >= 0) & (shares <= 1)).all()


def test_prototypes_on_their_rows_have_no_distance_and_others_have(world):
    sentences, labels = world.train.sentences, world.train.labels
    found = anchor_fidelity(world.predictor, sentences[world.anchors], labels[world.anchors])
    assert (found.snaps == 0.0).all()
    outputs = world.predictor.answer(sentences[world.anchors]).outputs
    assert found.own[2] == pytest.approx((outputs[2, 2] - labels[world.anchors[2]]) ** 2)
    others = [(outputs[2, each] - labels[world.anchors[2]]) ** 2 for each in range(5) if each != 2]
    assert found.others[2] == pytest.approx(np.mean(others))
    elsewhere = anchor_fidelity(world.predictor, sentences[(world.anchors + 1) % 120], labels[world.anchors])
    assert (elsewhere.snaps > 0.0).any()


def test_one_expert_answers_for_everybody(world):
    labels = np.random.default_rng(0).normal(size=30)
    predicted = one_expert(world.influence, world.placed, labels)
    best = [np.inf] * 2
    for number, (member, inputs) in enumerate(zip(world.influence.members, world.placed, strict=True)):
        for factor in (100.0, 10.0, 1.0, 0.1, 0.01):
            held = np.diag(np.append(member.held[:-1] * factor, 1.0))
            left = member.features.T @ (world.train.labels - member.prior)
            own = np.linalg.solve(member.features.T @ member.features + held, left)
            error = np.mean((inputs.prior + inputs.features @ own - labels) ** 2)
            best[number] = min(best[number], error)
    assert np.mean((predicted - labels) ** 2) <= max(best[: len(world.members)]) + 1e-9


def test_the_same_fit_shows_the_same_evidence():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(300, 5))
    weights, anchors = rng.dirichlet(np.full(8, 0.1), size=40), np.arange(0, 80, 10)
    fit = Voices(weights=weights, anchors=anchors)
    order = rng.permutation(8)
    turned = Voices(weights=weights[:, order], anchors=anchors[order])
    found = stability([fit, turned], points, 0)
    assert found.overlap == pytest.approx(1.0)
    assert found.chance.mean() < 0.7
    other = Voices(weights=rng.dirichlet(np.full(8, 0.1), size=40), anchors=np.arange(100, 180, 10))
    assert stability([fit, other], points, 0).overlap.mean() < 0.3


def test_labels_are_exchanged_among_each_other():
    labels = np.random.default_rng(0).normal(size=100)
    told, wrong = with_wrong_labels(labels, 1)
    assert sorted(told) == sorted(labels)
    assert np.array_equal(wrong, told != labels)
    assert 2 <= wrong.sum() <= 5


def test_a_wrong_label_is_the_most_suspected(world):
    labels = world.influence.labels.copy()
    believed = int(np.argmin(suspicion(world.influence).scores))
    labels[believed] += 4.0
    found = suspicion(Influence(world.influence.members, labels))
    assert int(np.argmax(found.scores)) == believed
    assert found.scores[believed] == pytest.approx(abs(labels[believed] - found.predictions[believed]) / found.spread)


def test_one_wild_label_hardly_moves_what_is_held_against_the_others(world):
    calm, labels = suspicion(world.influence), world.influence.labels.copy()
    labels[17] = 1000.0
    wild = suspicion(Influence(world.influence.members, labels))
    others = np.arange(120) != 17
    assert np.abs(wild.predictions - calm.predictions)[others].max() < 0.5


def test_exchanged_labels_are_found_more_often_than_by_chance(world):
    labels, wrong = with_wrong_labels(world.influence.labels, 0)
    found = detect_noise(Influence(world.influence.members, labels), wrong, 0)
    assert found.suspicion > 0.6
    assert found.residual > 0.6
