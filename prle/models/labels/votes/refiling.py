"""A model without one of its prototypes: the rows of the cell are filed elsewhere, or where anchors alone vote, go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from prle.models.labels.votes.ballot import Ballot
    from prle.models.labels.votes.differs import Differs
    from prle.models.labels.votes.voters import Voters


def without_prototype(ballot: Ballot, prototype: int, *, stays: bool) -> Ballot:
    """Return a ballot without a prototype, of more than one; those after it move up by one number.

    :param stays: whether its rows vote on, each filed under the next nearest anchor; else they vote no more.
    """
    differs = None if ballot.differs is None else _without(ballot.differs, prototype)
    voters = ballot.voters
    voters = voters.under(np.delete(voters.anchors, prototype)) if stays else _emptied(voters, prototype)
    # Who votes stays as it is only where all rows are looked at.
    known = stays and ballot.probes == len(ballot.voters.anchors)
    probes, poll = min(ballot.probes, len(voters.anchors)), ballot.poll if known else None
    return replace(ballot, voters=voters, differs=differs, probes=probes, poll=poll)


def _emptied(voters: Voters, prototype: int) -> Voters:
    left = voters.without(voters.rows[voters.starts[prototype] : voters.starts[prototype + 1]].tolist())
    return replace(left, anchors=np.delete(left.anchors, prototype), starts=np.delete(left.starts, prototype + 1))


def _without(differs: Differs, prototype: int) -> Differs:
    slope, level = (np.delete(each, prototype, axis=0) for each in (differs.slope, differs.level))
    return replace(differs, slope=slope, level=level)
