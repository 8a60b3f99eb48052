"""Rows left out of a vote: what is said is what all subsets say, and no smaller set does it."""

from copy import copy
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.config import resolve
from prle.errors import UsageError
from prle.explanation import voting
from prle.explanation.voting import Ballots, fewest_to_flip, fewest_to_move
from prle.models.labels.assembly import settle
from prle.models.labels.votes.fitting import fit_votes
from prle.models.labels.votes.scores import Work
from tests.models.labels.votes.scores.planted import numbers


def vote(found, gone):
    """The nearest of those that are left, by brute force."""
    left = [place for place in range(len(found.rows)) if place not in gone][: found.count]
    weights = found.raised[left]
    near = weights @ found.says[left] / weights.sum()
    return (1.0 - found.everyone) * near + found.everyone * found.common


@st.composite
def ballots(draw, classes=1):
    rows, count = draw(st.integers(3, 8)), draw(st.integers(1, 3))
    far = np.sort(draw(st.lists(st.floats(0, 5), min_size=rows, max_size=rows)))
    drawn = np.array(draw(st.lists(st.integers(0, 6), min_size=rows, max_size=rows)))
    says = np.eye(classes)[drawn % classes] if classes > 1 else drawn[:, None] - 3.0
    common = np.array(draw(st.lists(st.integers(1, 9), min_size=classes, max_size=classes)), float)
    return Ballots(
        rows=np.arange(100, 100 + rows),
        raised=np.exp(-far),
        says=says,
        count=count,
        everyone=draw(st.sampled_from([0.0, 0.05, 0.4])),
        common=common / common.sum() if classes > 1 else common / 5.0,
    )


def smallest(found, holds):
    """The size of the smallest set without which something holds, of all there are; None where there is none."""
    spare = len(found.rows) - found.count
    return next(
        (
            size
            for size in range(spare + 1)
            if any(holds(vote(found, gone)) for gone in combinations(range(len(found.rows)), size))
        ),
        None,
    )


@given(ballots(), st.data())
def test_rows_that_are_left_out_let_the_next_ones_in(found, data):
    gone = data.draw(st.sets(st.integers(0, len(found.rows) - 1), max_size=len(found.rows) - found.count))
    np.testing.assert_allclose(
        found.without(found.rows[np.array(sorted(gone), np.int64)]), vote(found, gone), atol=1e-12
    )


@given(ballots(classes=3))
def test_each_row_alone_is_left_out_at_once(found):
    alone = [vote(found, {place}) for place in range(found.count)]
    np.testing.assert_allclose(found.without_each(), alone, atol=1e-12)


@settings(max_examples=300)
@given(ballots(), st.integers(1, 30).map(lambda tenths: tenths / 10 + 1e-3))
def test_no_smaller_set_moves_a_number(found, step):
    before = vote(found, ())[0]
    gone = fewest_to_move(found, step)
    # Steps are off the grid of what labels can say, so rounding decides nothing.
    expected = smallest(found, lambda said: abs(said[0] - before) >= step)
    assert (None if gone is None else len(gone)) == expected
    if gone is not None:
        assert abs(vote(found, set(gone.tolist()))[0] - before) >= step - 1e-12


@settings(max_examples=300)
@given(ballots(classes=3))
def test_no_smaller_set_lets_another_class_win(found):
    winner = int(vote(found, ()).argmax())
    gone = fewest_to_flip(found)
    # Ties in all but rounding may count or not: the set lies between those of a looser and of a stricter comparison.
    loose, strict = (
        smallest(found, lambda said, s=slack: np.delete(said, winner).max() >= said[winner] + s)
        for slack in (-1e-12, 1e-12)
    )
    assert strict is None if gone is None else loose <= len(gone) <= (len(found.rows) if strict is None else strict)
    if gone is not None:
        said = vote(found, set(gone.tolist()))
        assert np.delete(said, winner).max() >= said[winner] - 1e-12


def test_where_nobody_who_stays_weighs_anything_no_set_is_named():
    found = Ballots(
        rows=np.arange(3),
        raised=np.array([1.0, 0.0, 0.0]),
        says=np.array([[1.0], [-1.0], [-1.0]]),
        count=1,
        everyone=0.0,
        common=np.zeros(1),
    )
    assert fewest_to_move(found, 0.5) is None


@pytest.fixture(scope="module")
def predictor():
    settings = {"prototypes.count": 24, "votes.voters": "examples", "votes.base": "linear", "votes.folds": 2}
    given = {**settings, "votes.maps": 1, "place.neighbours": 6}
    train, validation = numbers(), numbers(80, seed=1)
    made = fit_votes(settle(resolve(None, given), train.kind), train, validation, Work())
    return made.ballot.predictor(made.config, made.target, np.float64)


@pytest.mark.parametrize("probes", [1, 2, 24])
def test_who_votes_is_who_votes_in_the_model_however_many_cells_it_looks_into(predictor, probes):
    model = copy(predictor)
    model.probes = probes
    vectors = numbers(40, seed=2).sentences
    said = model.votes(vectors).prediction
    left = [voting.ballots(model, each).without(voting.NOBODY) for each in vectors]
    np.testing.assert_allclose(left, said, rtol=1e-9)


def test_a_model_that_has_not_got_the_rows_says_the_same(predictor):
    vectors, voters = numbers(40, seed=2).sentences, predictor.voters
    for sentences in vectors:
        told = voting.fewest_rows(predictor, sentences, move=0.3)
        gone = np.setdiff1d(told.rows, voters.anchors)
        fewer = copy(predictor)
        fewer.voters, fewer.probes = voters.without(gone), len(voters.anchors)
        fewer._labels = predictor.target.exact(fewer.voters.labels)
        said = voting.ballots(predictor, sentences).without(gone)
        assert fewer.predict(sentences[None])[0] == pytest.approx(float(predictor.target.additive(said[None])[0]))
        assert told.reached == (abs(told.prediction - predictor.predict(sentences[None])[0]) >= 0.3 - 1e-9)


def test_a_router_that_decides_by_itself_is_refused(predictor):
    other = copy(predictor)
    other.config = resolve(None, {"router.kind": "knn"})
    with pytest.raises(UsageError, match=r"expected router softmax.*this one is knn"):
        voting.fewest_rows(other, numbers(1).sentences[0], move=0.3)
