"""Each measure against what it must say of models whose truth is known."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from prle.config import resolve
from prle.explanation.audit import (
    Entries,
    anchor_fidelity,
    anchors_of_cells,
    area,
    around_anchors,
    compactness,
    deletion,
    entries,
    from_other_folds,
    half_subsets,
    purity_of_random,
    randomised,
    reliance,
    resampled,
    said_by_others,
    score,
    stability,
    subset_sums,
    voted_by_others,
    with_wrong_labels,
    within_share,
)
from prle.explanation.voting import ballots
from prle.models.labels.training.rows import Rows
from prle.models.labels.votes.fitting import fit_votes
from prle.models.labels.votes.scores import Work
from tests.explanation.planted import planted


@cache
def fitted(*, classes: bool = False, count: int = 6, differs: str = "auto"):
    """Let 120 rows of a planted problem vote: labels follow the first two columns, and some noise."""
    rng = np.random.default_rng(3)
    points = rng.normal(size=(160, 1, 5)).astype(np.float32)
    labels = 2.0 * points[:, 0, 0] + points[:, 0, 1] ** 2 + 0.3 * rng.normal(size=160)
    names = ("low", "high") if classes else ()
    labels = (labels > np.median(labels)).astype(float) if classes else labels
    train, held = (
        Rows(sentences=points[part], labels=labels[part], table=True, classes=names)
        for part in (slice(120), slice(120, 160))
    )
    base = {"votes.voters": "examples", "votes.base": "linear", "prototypes.count": count}
    base["votes.differs"] = "off" if classes else differs
    found = fit_votes(resolve(None, base), train, held, Work())
    return found.ballot.predictor(found.config, found.target, np.float64), train, held


@pytest.fixture(scope="module", params=[False, True], ids=["numbers", "classes"])
def voted(request):
    return fitted(classes=request.param)


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


@pytest.mark.parametrize("differs", ["on", "off"])
def test_entries_and_what_differs_add_up_to_predictions_and_effects_to_nothing(differs):
    predictor, _, held = fitted(differs=differs)
    given = entries(predictor, held.sentences)
    votes = predictor.votes(held.sentences)
    mean = float(np.mean(predictor.voters.labels))
    mean += predictor.target.unit * (votes.alphas * votes.adds[:, :, 0]).sum(axis=1)
    assert (predictor.differs is not None) == (differs == "on")
    assert mean + given.parts.sum(axis=1) == pytest.approx(predictor.predict(held.sentences))
    assert given.effects.sum(axis=1) == pytest.approx(0.0, abs=1e-9)
    assert (given.shown == 0).all()


def test_entries_of_classes_are_about_the_class_that_is_predicted():
    predictor, train, held = fitted(classes=True)
    given = entries(predictor, held.sentences)
    assert (given.shown == predictor.predict(held.sentences).argmax(axis=1)).all()
    agrees = train.labels[given.rows] == given.shown[:, None]
    assert (given.parts[agrees] >= 0.0).all()
    assert (given.parts[~agrees] <= 0.0).all()


def test_sums_over_halves_take_the_rows_of_a_half_alone():
    rows, parts = np.array([[3, 1, 0]]), np.array([[1.0, 10.0, 100.0]])
    assert subset_sums(rows, parts, [np.array([0, 3]), np.array([1]), np.array([2])]).tolist() == [[101.0, 10.0, 0.0]]


def test_a_ranking_is_foretold_by_itself_and_not_by_strangers():
    truth = np.random.default_rng(0).normal(size=(30, 20))
    assert score(truth**3, truth, 0).value == pytest.approx(1.0)
    assert abs(score(np.random.default_rng(1).normal(size=(30, 20)), truth, 0).value) < 0.2


def test_leaving_the_heaviest_out_is_a_vote_without_them(voted):
    predictor, _, held = voted
    one = ballots(predictor, held.sentences[0], spare=20)
    found = deletion([one], 0)
    before = one.without(np.empty(0, np.int64))
    shown = before.argmax()
    for place, count in enumerate(found.counts):
        assert found.heaviest[0, place] == abs(one.without(one.rows[:count])[shown] - before[shown])
    assert found.counts[-1] <= max(1, one.count // 2)


def test_predictions_move_more_without_the_heaviest_voters_than_without_random_ones():
    predictor, _, held = fitted()
    found = deletion([ballots(predictor, each, spare=20) for each in held.sentences], 0)
    assert found.heaviest[:, -1].mean() > 1.5 * found.random[:, -1].mean()


def test_nothing_is_left_of_entries_whose_signs_are_drawn():
    predictor, _, held = fitted()
    given = entries(predictor, held.sentences)
    same = randomised(given, given)
    assert same.signed == pytest.approx(1.0)
    drawn = np.random.default_rng(0).choice([-1.0, 1.0], given.whole.shape)
    other = randomised(given, replace(given, whole=given.whole * drawn))
    assert abs(other.signed.mean()) < 0.1
    assert other.sizes == pytest.approx(1.0)


def test_rows_are_compared_whatever_their_order():
    predictor, _, held = fitted(classes=True)
    given = entries(predictor, held.sentences)
    turned = replace(given, rows=given.rows[:, ::-1], whole=given.whole[:, ::-1])
    assert randomised(given, turned).signed == pytest.approx(1.0)
    assert randomised(given, replace(given, rows=given.rows + 1000)).sizes == pytest.approx(0.0)


def test_shuffled_labels_of_many_classes_leave_nothing_in_expectation():
    rng = np.random.default_rng(0)
    labels, alphas = np.eye(30)[rng.integers(0, 30, (200, 40))], rng.dirichlet(np.ones(40), 200)[:, :, None]
    labels[:, :30] = labels[:, :1]
    others = np.eye(30)[rng.integers(0, 30, (200, 40))]
    one, other = (
        Entries(
            rows=np.tile(np.arange(40), (200, 1)), whole=alphas * (each - 1 / 30), parts=None, effects=None, shown=None
        )
        for each in (labels, others)
    )
    assert abs(randomised(one, other).signed.mean()) < 0.03


def test_the_others_vote_as_if_a_row_had_never_voted(voted):
    predictor, train, _ = voted
    voters, rows = predictor.voters, np.array([5, 0, 77])
    found = voted_by_others(predictor, rows)
    share = float(predictor.config.place.everyone)
    for number, row in enumerate(rows):
        own = voters.place_of[row]
        far = ((voters.points(slice(None)) - voters.points(np.array([own]))) ** 2).sum(axis=1)
        far[own] = np.inf
        near = np.argsort(far, kind="stable")[: predictor.neighbours]
        near = near[np.isfinite(far[near])]
        raised = np.exp(-(far[near] - far[near].min()) / float(predictor.config.place.temperature))
        told = predictor.target.exact(voters.labels)
        said = (1 - share) * raised / raised.sum() @ told[near] + share * told.mean(axis=0)
        assert row not in found.rows[number]
        assert found.alphas[number].sum() == pytest.approx(1 - share)
        if predictor.differs is None:
            assert found.prediction[number] == pytest.approx(said)
    assert len(said_by_others(predictor, np.arange(len(train.labels)))) == len(train.labels)


def test_what_others_say_does_not_hang_on_the_own_label():
    predictor, _, _ = fitted(count=7, differs="off")
    before = voted_by_others(predictor, np.array([9])).prediction
    predictor.voters.labels[predictor.voters.place_of[9]] += 1000.0
    after = voted_by_others(predictor, np.array([9])).prediction
    assert float(predictor.config.place.everyone) == 0.0
    assert after == pytest.approx(before)


def test_reliance_by_hand():
    """Three experts say 0, 1 and 3; the heaviest goes, or speaks alone."""
    weights, outputs = np.array([[0.5, 0.3, 0.2]]), np.array([[0.0, 1.0, 3.0]])
    found = reliance(weights, outputs, 0)
    assert found.comprehensiveness == pytest.approx((0.3 + 0.6) / 0.5 - 0.9)
    assert found.sufficiency == pytest.approx(0.9)


def test_those_without_a_voice_speak_alike_when_the_others_are_gone():
    found = reliance(np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 3.0]]), 0)
    assert found.comprehensiveness == pytest.approx(2.0)
    assert found.sufficiency == 0.0


def test_rounding_is_no_change():
    found = reliance(np.array([[0.7, 0.2, 0.1]]), np.array([[150.0, 150.0 + 3e-14, 150.0 - 3e-14]]), 0)
    assert found.comprehensiveness == found.random_sufficiency == 0.0


def test_compactness_counts_voices():
    weights = np.array([[0.9, 0.1, 0.0, 0.0], [0.1, 0.9, 0.0, 0.0]])
    found = compactness(weights)
    assert (found.most.tolist(), found.nearly_all.tolist(), found.active) == ([1, 1], [2, 2], 2)
    assert found.effective == pytest.approx(2.0)
    assert compactness(np.full((3, 5), 0.2)).effective == pytest.approx(5.0)


def test_variance_inside_cells():
    labels = np.array([1.0, 1.0, 3.0, 3.0])
    assert within_share(labels, np.array([0, 0, 2, 2])) == 0.0
    assert within_share(labels, np.array([0, 1, 0, 1])) == pytest.approx(1.0)
    assert within_share(labels, np.array([0, 0, 0, 1])) == pytest.approx(2.0 / 3.0)
    assert within_share(np.ones(3), np.array([0, 1, 0])) == 0.0


def test_the_variance_of_classes_is_their_gini_impurity():
    codes, cells = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 0, 1, 1, 1])
    # Inside either cell 1 - (4 + 1) / 9, of all rows 1 - 3 / 9.
    assert within_share(np.eye(3)[codes], cells) == pytest.approx((4 / 9) / (2 / 3))


def test_random_prototypes_divide_rows_by_which_is_nearest():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(40, 2))
    shares = purity_of_random(points, points[:, 0], points, 40, draws=2, seed=0)
    assert shares == pytest.approx(0.0), "every row is nearest to itself"
    few = purity_of_random(points, points[:, 0], points, 3, draws=4, seed=0)
    assert len(set(few.tolist())) > 1
    assert ((few > 0) & (few <= 1)).all()


def test_prototypes_on_their_rows_have_no_distance_and_others_have():
    world = planted(sentences=2, committee=1)
    sentences, labels = world.train.sentences, world.train.labels
    found, snaps = anchor_fidelity(world.predictor, sentences[world.anchors], labels[world.anchors])
    assert (snaps == 0.0).all()
    outputs = world.predictor.answer(sentences[world.anchors]).outputs
    assert found.own[2] == pytest.approx((outputs[2, 2] - labels[world.anchors[2]]) ** 2)
    others = [(outputs[2, each] - labels[world.anchors[2]]) ** 2 for each in range(5) if each != 2]
    assert found.others[2] == pytest.approx(np.mean(others))
    _, elsewhere = anchor_fidelity(world.predictor, sentences[(world.anchors + 1) % 120], labels[world.anchors])
    assert (elsewhere > 0.0).any()


def test_anchors_are_held_to_the_others_of_their_cells(voted):
    predictor, _, _ = voted
    voters, target = predictor.voters, predictor.target
    columns = target.exact(voters.labels)
    found = anchors_of_cells(voters, columns)
    at = 0
    for prototype, anchor in enumerate(voters.anchors):
        members = np.flatnonzero(voters.cells == prototype)
        if len(members) < 2:
            continue
        errors = {
            int(each): float(((columns[each] - columns[members[members != each]].mean(axis=0)) ** 2).sum())
            for each in members
        }
        assert found.own[at] == pytest.approx(errors[int(voters.place_of[anchor])])
        assert found.others[at] == pytest.approx(np.mean(list(errors.values())))
        at += 1
    assert at == len(found.own) > 0


def test_a_cell_of_one_row_has_nobody_to_be_held_to():
    predictor, _, _ = fitted(count=120)
    assert len(anchors_of_cells(predictor.voters, predictor.voters.labels).own) == 0


def test_the_same_rows_are_the_same_evidence_in_any_order():
    rng = np.random.default_rng(0)
    rows = np.argsort(rng.normal(size=(40, 300)), axis=1)[:, :10]
    found = stability([rows, rows[:, ::-1]], 0)
    assert found.overlap == pytest.approx(1.0)
    assert found.chance.mean() < 0.2
    assert stability([np.array([[1, 2, 3, 3]]), np.array([[3, 4, 5, 5]])], 0).overlap == pytest.approx(0.2)


def test_evidence_of_experts_is_around_their_heaviest_anchors():
    points = np.arange(100.0)[:, None]
    weights = np.array([[0.5, 0.3, 0.15, 0.05]])
    found = around_anchors(weights, np.array([10, 40, 70, 95]), points)
    assert set(found[0]) == {*range(20), *range(30, 50), *range(60, 80)}


def test_labels_are_exchanged_among_each_other():
    labels = np.random.default_rng(0).normal(size=100)
    told, wrong = with_wrong_labels(labels, 1)
    assert sorted(told) == sorted(labels)
    assert np.array_equal(wrong, told != labels)
    assert 2 <= wrong.sum() <= 5


def test_an_area_counts_pairs_in_order():
    wrong = np.array([True, False, False, True])
    assert area(np.array([3.0, 1.0, 2.0, 4.0]), wrong) == 1.0
    assert area(np.array([1.0, 1.0, 1.0, 1.0]), wrong) == 0.5
    assert area(np.array([0.0, 1.0, 2.0, 3.0]), wrong) == 0.5


def test_other_folds_answer_for_each_row_and_have_not_seen_it():
    points = np.arange(23.0)[:, None]

    def answered(seen, labels, others):
        assert not set(seen[:, 0]) & set(others[:, 0])
        assert np.array_equal(seen[:, 0], labels)
        return others[:, 0] * 2.0

    assert from_other_folds(answered, points, points[:, 0], 0).tolist() == (2.0 * points[:, 0]).tolist()
