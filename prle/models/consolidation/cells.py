"""What becomes of prototypes that rows vote for when they become one: the rows are filed anew, and vote as before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.consolidation.interface import weighted_means
from prle.models.labels.votes.differs import Differs
from prle.models.labels.votes.electing import ALL, CHECKED, RECALL
from prle.models.labels.votes.predictor import ROWS_AT_A_TIME
from prle.models.labels.votes.voters import recall_of_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.votes.ballot import Ballot
    from prle.models.labels.votes.voters import Voters

INDEX: Final = ("index_recall", "index_cells")
"""What is measured of the cells as an index."""


def refiled(
    checkpoint: Checkpoint,
    chosen: NDArray[np.int64],
    sizes: NDArray[np.floating],
    groups: NDArray[np.int64],
    inputs: NDArray[np.floating],
) -> Checkpoint:
    """Return a model of fewer cells, in which the same rows are near an input and have the same labels.

    What is added for what differs is the mean of a group, larger cells counting more.

    :param chosen: the prototype that stands for each group. *Shape:* (K',)
    :param inputs: places of rows on which the recall of the cells is measured. *Shape:* (V, D)
    """
    ballot, anchors = _ballot(checkpoint), checkpoint.anchors[chosen]
    voters = ballot.voters.under(anchors)
    probes, recall, poll = len(anchors), 1.0, ballot.poll
    if len(voters) > ALL:
        poll = None
        probes, recall = recall_of_cells(voters, inputs[:CHECKED], int(checkpoint.config.place.neighbours), RECALL)
    differs = None if ballot.differs is None else _averaged(ballot.differs, sizes, groups)
    return replace(
        checkpoint,
        anchors=anchors,
        ballot=replace(ballot, voters=voters, probes=probes, differs=differs, poll=poll),
        measured={**checkpoint.measured, **dict(zip(INDEX, (recall, float(probes)), strict=True))},
    )


def voters_of(checkpoint: Checkpoint) -> Voters:
    """Return who votes in a model."""
    return _ballot(checkpoint).voters


def shared_weight(before: Checkpoint, after: Checkpoint, sentences: Sentences) -> float:
    """Return the mean weight that two models of the same rows give to the same of them. *Shape:* (N, S, H).

    It is one where both find the same rows near; what an index misses is weight that other rows have instead.
    """
    starts = range(0, len(sentences), ROWS_AT_A_TIME)
    blocks = [np.asarray(sentences[first : first + ROWS_AT_A_TIME]) for first in starts]
    shared = [np.minimum(*(_by_row(each, block) for each in (before, after))).sum(axis=1) for block in blocks]
    return float(np.concatenate(shared).mean())


def _by_row(checkpoint: Checkpoint, block: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the weight of each training row, what all have in equal parts included. *Shape:* (B, S, H) to (B, N)."""
    voters = voters_of(checkpoint)
    votes = _ballot(checkpoint).predictor(checkpoint.config, checkpoint.target).votes(block)
    weights = np.zeros((len(block), int(voters.rows.max()) + 1))
    weights[:, voters.rows] = votes.everyone / len(voters)
    np.add.at(weights, (np.arange(len(block))[:, None], voters.rows[votes.places]), votes.alphas)
    return weights


def _ballot(checkpoint: Checkpoint) -> Ballot:
    if checkpoint.ballot is None:
        message = "expected a model in which labels vote"
        raise TypeError(message)
    return checkpoint.ballot


def _averaged(differs: Differs, sizes: NDArray[np.floating], groups: NDArray[np.int64]) -> Differs:
    return Differs(
        axes=differs.axes,
        slope=weighted_means(differs.slope, sizes, groups),
        level=weighted_means(differs.level, sizes, groups),
    )
