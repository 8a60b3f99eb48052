"""Who votes on validation rows: what is written down says what asking says, and is checked when it is read."""

import numpy as np
import pytest

from prle.config import resolve
from prle.models.labels.assembly import settle
from prle.models.labels.votes.fitting import fit_votes
from prle.models.labels.votes.poll import Poll
from prle.models.labels.votes.scores import Work
from tests.models.labels.votes.scores.planted import kinds

ROWS = np.array([4, 7, 9])


@pytest.mark.parametrize("kind", ["numbers", "five"])
def test_a_poll_says_what_asking_says(kind):
    train, validation = kinds()[kind]
    settings = {"votes.voters": "examples", "votes.base": "linear", "prototypes.count": 8, "votes.differs": "off"}
    made = fit_votes(settle(resolve(None, settings), train.kind), train, validation, Work())
    predictor = made.ballot.predictor(made.config, made.target)
    asked, polled = predictor.votes(validation.sentences), predictor.polled(predictor.poll(validation.sentences))
    for part in ("places", "alphas", "labels", "cells", "weights", "prediction", "said"):
        np.testing.assert_array_equal(getattr(polled, part), getattr(asked, part), err_msg=part)


def test_where_a_router_decides_all_rows_vote_and_none_are_written_down():
    train, validation = kinds()["numbers"]
    settings = {"votes.voters": "examples", "votes.base": "linear", "prototypes.count": 8, "router.kind": "knn"}
    made = fit_votes(settle(resolve(None, settings), train.kind), train, validation, Work())
    assert made.ballot.predictor(made.config, made.target).poll(validation.sentences) is None


@pytest.mark.parametrize(
    "broken",
    [
        {"rows": np.array([[4, 8]], np.int32)},
        {"rows": np.array([[4, 7]], np.int64)},
        {"rows": np.array([4, 7], np.int32)},
        {"alphas": np.array([[1.0]])},
        {"alphas": np.array([[0.5, 0.5]], np.float32)},
    ],
)
def test_what_is_no_poll_is_refused(broken):
    whole = {"rows": np.array([[4, 7]], np.int32), "alphas": np.array([[0.5, 0.5]])}
    assert Poll.of(whole, ROWS).arrays() == whole
    assert Poll.of({}, ROWS) is None
    with pytest.raises(ValueError, match="poll: expected voters and a weight for each"):
        Poll.of(whole | broken, ROWS)
