"""A prototype goes: the others are filed as if it had never been."""

from dataclasses import replace

import numpy as np
import pytest

from prle.models.labels.votes.ballot import Ballot
from prle.models.labels.votes.differs import Differs
from prle.models.labels.votes.refiling import without_prototype
from prle.models.labels.votes.voters import Voters

ROWS, CELLS = 200, 7


@pytest.fixture
def ballot():
    rng = np.random.default_rng(0)
    # What half precision holds, so that filing anew reads the very places.
    learned, content = (rng.normal(size=(ROWS, width)).astype(np.float16) for width in (2, 5))
    anchors = rng.permutation(ROWS)[:CELLS].astype(np.int64)
    voters = Voters.filed(learned.astype(np.float32), content.astype(np.float32), rng.normal(size=ROWS), anchors, 0.5)
    differs = Differs(axes=np.eye(2), slope=rng.normal(size=(CELLS, 2)), level=rng.normal(size=(CELLS, 1)))
    return Ballot(scores={}, place={}, router={}, differs=differs, voters=voters, probes=CELLS)


def by_row(voters, part):
    values = np.asarray(getattr(voters, part))
    return values[np.argsort(voters.rows)]


@pytest.mark.parametrize("prototype", [0, 3, CELLS - 1])
def test_rows_are_filed_as_if_the_prototype_had_never_been(ballot, prototype):
    voters = ballot.voters
    left = without_prototype(ballot, prototype, stays=True)
    learned, content, labels = (by_row(voters, part) for part in ("learned", "content", "labels"))
    anew = Voters.filed(learned, content.astype(np.float32), labels, np.delete(voters.anchors, prototype), voters.about)
    for part in ("rows", "starts", "labels", "learned", "content", "anchors"):
        np.testing.assert_array_equal(getattr(left.voters, part), getattr(anew, part))
    np.testing.assert_array_equal(left.differs.slope, np.delete(ballot.differs.slope, prototype, axis=0))
    np.testing.assert_array_equal(left.differs.level, np.delete(ballot.differs.level, prototype, axis=0))
    assert left.probes == CELLS - 1


def test_few_cells_are_looked_into_as_before(ballot):
    assert without_prototype(replace(ballot, probes=3), 2, stays=True).probes == 3


@pytest.mark.parametrize("prototype", [0, 3, CELLS - 1])
def test_an_anchor_that_votes_alone_goes_altogether(ballot, prototype):
    alone = replace(ballot, voters=ballot.voters.anchors_alone())
    left = without_prototype(alone, prototype, stays=False).voters
    kept = np.delete(alone.voters.rows, prototype)
    np.testing.assert_array_equal(left.rows, kept)
    np.testing.assert_array_equal(left.anchors, kept)
    np.testing.assert_array_equal(left.cells, np.arange(CELLS - 1))
    np.testing.assert_array_equal(left.labels, np.delete(alone.voters.labels, prototype))
