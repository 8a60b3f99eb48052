"""A model under audit: what its measures share, computed once."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.models.labels.checkpoint import load
from prle.models.labels.committee import Answer
from prle.models.labels.predictor import ROWS_AT_A_TIME
from prle.models.labels.training.rows import blocks_of
from prle.stages.common.judging import rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.observer import Observer
    from prle.stages.audit.interface import AuditRequest
    from prle.workspace import Workspace

QUERIES: Final = 100
"""Validation rows whose attributions are audited."""


@final
class Material:
    """A stored model, the rows that it is audited on, and what it says of them.

    :raises WorkspaceError: where the model is missing, stale or broken, or there are no such rows.
    """

    def __init__(self, workspace: Workspace, request: AuditRequest, observer: Observer) -> None:
        self.request, self.observer = request, observer
        self.checkpoint = load(workspace, request.name)
        train = rows_of(workspace, "train", "auditing")
        self.train = replace(train, labels=self.checkpoint.taught(train.labels))
        self.validation = rows_of(workspace, "validation", "auditing")
        self.predictor = self.checkpoint.predictor(precision=np.float64)
        rng = np.random.default_rng(request.seed)
        rows = len(self.validation.labels)
        self.queries = np.sort(rng.choice(rows, min(QUERIES, rows), replace=False)).astype(np.int64)

    @cached_property
    def sentences(self) -> NDArray[np.float32]:
        """The frozen vectors of the queries. *Shape:* (Q, S, H)."""
        return self.validation.sentences[self.queries]

    @cached_property
    def answer(self) -> Answer:
        """What is said of all validation rows, by prototype."""
        said = [self.predictor.answer(block) for block in blocks_of(self.validation.sentences, ROWS_AT_A_TIME)]
        return Answer(
            weights=np.concatenate([each.weights for each in said]),
            contributions=np.concatenate([each.contributions for each in said]),
            outputs=np.concatenate([each.outputs for each in said]),
            predictions=np.concatenate([each.predictions for each in said]),
        )
