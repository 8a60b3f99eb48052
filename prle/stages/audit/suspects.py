"""The training labels that the other rows do not believe: what contradicts them, and what their vote does harm to."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import numpy as np
from threadpoolctl import threadpool_limits

from prle.errors import UsageError
from prle.explanation.audit import said_by_others, voted_by_others
from prle.explanation.voting import ballots
from prle.models.labels.checkpoint import load
from prle.models.labels.predictor import ROWS_AT_A_TIME
from prle.models.labels.training.rows import blocks_of
from prle.stages.audit.interface import Contradiction, Damage, LabelsReport, Suspect
from prle.stages.common.judging import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.votes.predictor import VotingPredictor
    from prle.observer import Observer
    from prle.stages.audit.interface import LabelsRequest
    from prle.stages.audit.scale import Scale
    from prle.workspace import Workspace

LISTED: Final = 3
"""Contradicting and harmed rows that are listed of each suspect."""


def suspected(
    opened: Workspace, request: LabelsRequest, scale: Callable[[Checkpoint], Scale], *, observer: Observer
) -> LabelsReport:
    """List the most suspected of the training rows that vote.

    :param scale: returns how labels of a model are measured.
    :raises WorkspaceError: where the model is missing, stale or broken.
    :raises UsageError: where nobody votes in it, or a router decides apart from who is near.
    """
    begun = time.perf_counter()
    with threadpool_limits(1):
        checkpoint = load(opened, request.name)
        measured = scale(checkpoint)
        examiner = _Examiner(opened, checkpoint, measured, request.name)
        doubts = examiner.doubts
        order = np.argsort(-doubts, kind="stable")[: request.top].tolist()
        suspects = []
        for done, place in enumerate(order, start=1):
            suspects.append(examiner.suspect(place))
            observer.progress("voting without suspects", done, len(order), "rows")
        manifest = opened.manifest
        return LabelsReport(
            model=request.name,
            dataset=manifest.dataset,
            fields=manifest.names,
            table=bool(manifest.columns),
            label_name=manifest.label,
            label_range=measured.range(examiner.labels),
            rows=len(doubts),
            spread=examiner.spread,
            seconds=time.perf_counter() - begun,
            suspects=tuple(suspects),
            target=checkpoint.target.name,
        )


def _voting(checkpoint: Checkpoint, name: str) -> VotingPredictor:
    """Return a model in which examples vote, and decide.

    :raises UsageError: for any other.
    """
    if checkpoint.ballot is None:
        message = f"audit --labels: expected a model in which labels vote; in model {name} experts speak."
        raise UsageError(message, hint="`prle fit --voters examples` fits one")
    kind = checkpoint.config.router.kind
    if kind != "softmax":
        message = f"audit --labels: expected router softmax, under which examples decide; model {name} has {kind}."
        raise UsageError(message, hint="`prle fit --router softmax` fits one")
    return checkpoint.ballot.predictor(checkpoint.config, checkpoint.target, np.float64)


@final
class _Examiner:
    def __init__(self, workspace: Workspace, checkpoint: Checkpoint, scale: Scale, name: str) -> None:
        self._workspace, self._scale, self._target = workspace, scale, checkpoint.target
        self._predictor = _voting(checkpoint, name)
        self._relabelled, self._source = checkpoint.relabelled, workspace.labels("train")
        self._taught = checkpoint.taught(self._source)
        self._validation = rows_of(workspace, "validation", "an audit of labels")
        self.rows = np.sort(self._predictor.voters.rows)
        self.labels = self._taught[self.rows]
        self._said = said_by_others(self._predictor, self.rows)
        doubts = scale.doubts(self.labels, self._said)
        self.spread = scale.deviation(doubts)
        self.doubts: NDArray[np.float64] = doubts / self.spread

    def suspect(self, place: int) -> Suspect:
        """Say what is held against one of the rows that vote."""
        row, named = int(self.rows[place]), self._scale.named
        without = self._without(row)
        return Suspect(
            row=row,
            texts=self._workspace.row_cells("train", row),
            label=named(float(self.labels[place])),
            source_label=named(float(self._source[row])) if row in self._relabelled else None,
            prediction=named(self._scale.foremost(self._said[place])),
            suspicion=float(self.doubts[place]),
            contradicted_by=self._contradictions(place),
            damages=self._damages(without),
            validation_change=self._error(self._predicted) - self._error(without),
        )

    def _contradictions(self, place: int) -> tuple[Contradiction, ...]:
        """List the voters that pull the prediction of this row farthest away from its label."""
        found = voted_by_others(self._predictor, self.rows[place : place + 1])
        rows, alphas, own = found.rows[0], found.alphas[0], float(self.labels[place])
        pulls = alphas * self._scale.against(own, self._taught[rows], self._said[place])
        return tuple(
            Contradiction(
                row=int(rows[each]),
                texts=self._workspace.row_cells("train", int(rows[each])),
                label=self._scale.named(float(self._taught[rows[each]])),
                alpha=float(alphas[each]),
            )
            for each in np.argsort(-pulls, kind="stable")[:LISTED]
            if pulls[each] > 0.0
        )

    def _damages(self, without: NDArray[np.float64]) -> tuple[Damage, ...]:
        """List the validation rows that would be predicted best without it, compared with now."""
        truth = self._validation.labels
        worse = self._scale.doubts(truth, self._predicted) - self._scale.doubts(truth, without)
        return tuple(
            Damage(
                row=int(row),
                texts=self._workspace.row_cells("validation", int(row)),
                label=self._scale.named(float(truth[row])),
                prediction=self._scale.of(float(truth[row]), self._predicted[row]),
                without=self._scale.of(float(truth[row]), without[row]),
                worse_by=float(worse[row]),
            )
            for row in np.argsort(-worse, kind="stable")[:LISTED]
            if worse[row] > 0.0
        )

    def _error(self, predictions: NDArray[np.float64]) -> float:
        return self._target.figures[self._target.criterion.name](self._validation.labels, predictions)

    @cached_property
    def _voted(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """What is predicted of the validation rows, and which training rows vote on each; -1 of those that do not."""
        said, who = [], []
        for block in blocks_of(self._validation.sentences, ROWS_AT_A_TIME):
            votes = self._predictor.votes(block)
            said.append(votes.prediction)
            who.append(np.where(votes.alphas > 0.0, self._predictor.voters.rows[votes.places], -1))
        return self._reported(np.concatenate(said)), np.concatenate(who)

    @property
    def _predicted(self) -> NDArray[np.float64]:
        return self._voted[0]

    def _without(self, row: int) -> NDArray[np.float64]:
        """Return what is predicted of the validation rows where a training row does not vote: exact, next ones step in.

        What all training rows have in equal parts stays.
        """
        predicted, who = self._voted
        said = predicted.copy()
        for each in np.flatnonzero((who == row).any(axis=1)):
            found = ballots(self._predictor, self._validation.sentences[each : each + 1][0], spare=1)
            said[each] = self._reported(found.without(np.array([row]))[None])[0]
        return said

    def _reported(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self._target.reported(self._target.additive(scaled)), np.float64)
