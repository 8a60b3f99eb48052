"""A model that votes, fitted whole: its predictions are labels of rows, by whatever base, router and electorate."""

import numpy as np
import pytest

from prle.config import ROUTER_CHOICES, resolve
from prle.models.labels.assembly import settle
from prle.models.labels.votes.ballot import restored
from prle.models.labels.votes.fitting import fit_votes
from prle.models.labels.votes.scores import BASES, Work
from tests.models.labels.votes.scores.planted import classes, kinds, numbers

QUICK = {"prototypes.count": 8, "train.epochs": 2, "votes.folds": 2, "votes.maps": 1, "train.committee": 1}


def fitted(train, validation, **settings):
    given = {"votes.voters": "examples", "value_space.projection": "identity", **QUICK, **settings}
    config = settle(resolve(None, given), train.kind)
    made = fit_votes(config, train, validation, Work())
    return made, made.ballot.predictor(made.config, made.target, np.float64)


def suits(base, rows):
    refused = {"kernel": bool(rows.classes), "map": rows.sentences.shape[1] == 2}
    return not refused.get(base, False)


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("base", BASES)
def test_any_base_carries_a_vote(base, kind):
    train, validation = kinds()[kind]
    if not suits(base, train):
        pytest.skip("refused: tests of the base say how")
    _, predictor = fitted(train, validation, **{"votes.base": base})
    votes = predictor.votes(validation.sentences)
    np.testing.assert_allclose(votes.alphas.sum(axis=1) + votes.everyone, 1.0, atol=1e-12)
    np.testing.assert_allclose(votes.weights.sum(axis=1), 1.0, atol=1e-12)
    assert (votes.alphas >= 0.0).all()
    by_prototype = np.einsum("bp,bpt->bt", votes.weights, votes.outputs)
    np.testing.assert_allclose(by_prototype, votes.prediction, atol=1e-12)
    told = predictor.target.reported(predictor.target.additive(votes.prediction))
    np.testing.assert_allclose(predictor.predict(validation.sentences), told, atol=1e-12)
    measured = predictor.target.measures(validation.labels, predictor.predict(validation.sentences))
    assert measured["accuracy" if train.classes else "pearson"] > (0.6 if base != "experts" else 0.3)


@pytest.mark.parametrize("router", ROUTER_CHOICES)
def test_any_router_decides_about_prototypes(router):
    train, validation = numbers(), numbers(80, seed=1)
    _, predictor = fitted(train, validation, **{"votes.base": "linear", "router.kind": router})
    votes = predictor.votes(validation.sentences)
    np.testing.assert_allclose(votes.weights.sum(axis=1), 1.0, atol=1e-9)
    np.testing.assert_allclose(np.einsum("bp,bpt->bt", votes.weights, votes.outputs), votes.prediction, atol=1e-9)
    for prototype in range(8):
        own = np.where(votes.cells == prototype, votes.alphas, 0.0).sum(axis=1)
        np.testing.assert_allclose(own, votes.weights[:, prototype], atol=1e-9)
    assert predictor.target.measures(validation.labels, predictor.predict(validation.sentences))["pearson"] > 0.6


@pytest.mark.parametrize("rows", [numbers, lambda *given, **named: classes(3, *given, **named)])
def test_anchors_alone_may_vote(rows):
    made, predictor = fitted(rows(), rows(80, seed=1), **{"votes.voters": "prototypes", "votes.base": "linear"})
    assert len(made.ballot.voters) == 8
    np.testing.assert_array_equal(made.ballot.voters.rows, predictor.anchors)
    assert predictor.votes(rows(5).sentences).places.shape == (5, 8)


def test_a_row_is_answered_alike_alone_and_in_company():
    _, predictor = fitted(numbers(), numbers(80, seed=1), **{"votes.base": "kernel"})
    rows = numbers(30, seed=2).sentences
    alone = np.concatenate([predictor.predict(rows[row : row + 1]) for row in range(30)])
    np.testing.assert_allclose(predictor.predict(rows), alone, atol=1e-9)


def test_rows_that_are_kept_ready_do_not_vote():
    _, predictor = fitted(numbers(), numbers(80, seed=1), **{"votes.base": "kernel", "place.neighbours": 10})
    rows = numbers(6, seed=3).sentences
    few, ready = predictor.votes(rows), predictor.votes(rows, spare=5)
    assert ready.places.shape == (6, 15)
    np.testing.assert_array_equal(ready.places[:, :10], few.places)
    np.testing.assert_array_equal(ready.alphas[:, 10:], 0.0)
    np.testing.assert_allclose(ready.prediction, few.prediction, atol=1e-12)


@pytest.mark.parametrize("kind", kinds())
def test_what_is_stored_answers_as_what_was_fitted(kind):
    train, validation = kinds()[kind]
    made, predictor = fitted(train, validation, **{"votes.base": "linear"})
    arrays = {**made.ballot.arrays(), "anchors": made.ballot.voters.anchors}
    again = restored(arrays, made.config).predictor(made.config, made.target, np.float64)
    np.testing.assert_array_equal(again.predict(validation.sentences), predictor.predict(validation.sentences))


def test_auto_tries_what_suits_and_says_what_it_took():
    class Noting:
        def __init__(self):
            self.notes = []

        def note(self, message):
            self.notes.append(message)

        def __getattr__(self, name):
            return lambda *given: None

    rows = numbers(120)
    train = type(rows)(sentences=rows.sentences, labels=rows.labels, table=True)
    config = settle(
        resolve(None, {"votes.voters": "examples", "value_space.projection": "identity", **QUICK}), train.kind
    )
    observer = Noting()
    made = fit_votes(config, train, train, Work(observer=observer))
    (note,) = observer.notes
    assert f"settles on {made.config.votes.base}" in note
    assert all(name in note for name in ("boosting", "kernel"))
    assert isinstance(made.config.place.temperature, float)
