"""The training labels that a model does not believe: what contradicts them, and what they do harm to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, final

import numpy as np
from threadpoolctl import threadpool_limits

from prle.explanation import Placed, place
from prle.explanation.audit import chosen, suspicion
from prle.metrics.numbers import rmse
from prle.models.labels.checkpoint import load
from prle.stages.audit.interface import Contradiction, Damage, LabelsReport, Suspect
from prle.stages.common.judging import rows_of
from prle.stages.common.tracing import traced

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.explanation import Influence
    from prle.explanation.audit import Suspicion
    from prle.models.labels.checkpoint import Checkpoint
    from prle.observer import Observer
    from prle.stages.audit.interface import LabelsRequest
    from prle.workspace import Workspace

LISTED: Final = 3
"""Contradicting and harmed rows that are listed of each suspect."""


def suspected(opened: Workspace, request: LabelsRequest, *, observer: Observer) -> LabelsReport:
    """List the most suspected training rows.

    :raises WorkspaceError: where the model is missing, stale or broken, or its experts are no solutions.
    """
    begun = time.perf_counter()
    with threadpool_limits(1):
        checkpoint = load(opened, request.name)
        influence = traced(opened, request.name, checkpoint, "an audit of labels")
        found = suspicion(influence)
        examiner = _Examiner(opened, checkpoint, influence, found)
        suspects = []
        rows = np.argsort(-found.scores, kind="stable")[: request.top].tolist()
        for done, row in enumerate(rows, start=1):
            suspects.append(examiner.suspect(row))
            observer.progress("refitting without suspects", done, len(rows), "rows")
        manifest, labels = opened.manifest, influence.labels
        return LabelsReport(
            model=request.name,
            dataset=manifest.dataset,
            fields=manifest.names,
            table=bool(manifest.columns),
            label_name=manifest.label,
            label_range=(float(labels.min()), float(labels.max())),
            rows=len(labels),
            spread=found.spread,
            seconds=time.perf_counter() - begun,
            suspects=tuple(suspects),
        )


@final
class _Examiner:
    """Refits without one suspect after the other."""

    def __init__(self, workspace: Workspace, checkpoint: Checkpoint, influence: Influence, found: Suspicion) -> None:
        self._workspace, self._influence, self._found = workspace, influence, found
        self._source, self._relabelled = workspace.labels("train"), checkpoint.relabelled
        validation = rows_of(workspace, "validation", "auditing")
        predictor = checkpoint.routed(precision=np.float64)
        self._truth = validation.labels
        self._placed = place(predictor, predictor.forwards(validation.sentences[:]))
        self._predicted = influence.predict(self._placed)
        self._train = tuple(
            Placed(features=each.features, weights=np.asarray(each.weights, np.float64), prior=each.prior)
            for each in influence.members
        )

    def suspect(self, row: int) -> Suspect:
        """Say what is held against one training row."""
        without = self._influence.without([row]).predict(self._placed)
        return Suspect(
            row=row,
            texts=self._workspace.row_cells("train", row),
            label=float(self._influence.labels[row]),
            source_label=float(self._source[row]) if row in self._relabelled else None,
            prediction=float(self._found.predictions[row]),
            suspicion=float(self._found.scores[row]),
            contradicted_by=self._contradictions(row),
            damages=self._damages(without),
            validation_change=rmse(self._truth, self._predicted) - rmse(self._truth, without),
        )

    def _contradictions(self, row: int) -> tuple[Contradiction, ...]:
        """List the rows that pull the prediction of this one farthest away from its label."""
        labels = self._influence.labels
        alphas = self._influence.attribute(chosen(self._train, np.array([row]))).weights[0]
        away = np.sign(self._found.predictions[row] - labels[row])
        pulls = np.where(alphas > 0.0, alphas, 0.0) * away * (labels - labels[row])
        pulls[row] = 0.0
        return tuple(
            Contradiction(
                row=other,
                texts=self._workspace.row_cells("train", other),
                label=float(labels[other]),
                alpha=float(alphas[other]),
            )
            for other in np.argsort(-pulls, kind="stable")[:LISTED].tolist()
            if pulls[other] > 0.0
        )

    def _damages(self, without: NDArray[np.float64]) -> tuple[Damage, ...]:
        """List the validation rows that would be predicted best without it, compared with now."""
        worse = np.abs(self._predicted - self._truth) - np.abs(without - self._truth)
        return tuple(
            Damage(
                row=row,
                texts=self._workspace.row_cells("validation", row),
                label=float(self._truth[row]),
                prediction=float(self._predicted[row]),
                without=float(without[row]),
                worse_by=float(worse[row]),
            )
            for row in np.argsort(-worse, kind="stable")[:LISTED].tolist()
            if worse[row] > 0.0
        )
