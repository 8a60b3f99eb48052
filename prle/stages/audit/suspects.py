"""The training labels that the other rows do not believe: what contradicts them, and what their vote does harm to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import threadpool_limits

from prle.errors import UsageError
from prle.models.labels.checkpoint import load
from prle.stages.audit.interface import LabelsReport

if TYPE_CHECKING:
    from collections.abc import Callable

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
        examiner = _Examiner(opened, checkpoint, measured)
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
        message = f"audit --labels: expected a model in which examples vote; experts speak in {name}."
        raise UsageError(message, hint="`prle fit --voters examples` fits one")
    kind = checkpoint.config.router.kind
    if kind != "softmax":
        message = f"audit --labels: expected router softmax, under which examples decide; {name} has {kind}."
        raise UsageError(message, hint="`prle fit --router softmax` fits one")
    return checkpoint.ballot.predictor(checkpoint.config, checkpoint.target, np.float64)
