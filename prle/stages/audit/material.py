"""A model under audit: what its measures share, computed once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.models.labels.checkpoint import load
from prle.models.labels.committee import averaged
from prle.stages.common.judging import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from prle.models.labels.committee import Answer
    from prle.models.labels.model import Forward
    from prle.observer import Observer
    from prle.stages.audit.interface import AuditRequest, DeletionCurve, Measure
    from prle.stages.explain.parts import Refusal
    from prle.workspace import Workspace

QUERIES: Final = 100
"""Validation rows whose attributions are audited."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What was measured, and what could not be."""

    measures: tuple[Measure, ...]
    refused: dict[str, Refusal]
    label_range: tuple[float, float]
    curve: DeletionCurve | None = None


@final
class Material:
    """A stored model, the rows that it is audited on, and what it says of them.

    :raises WorkspaceError: where the model is missing, stale or broken, or there are no such rows.
    """

    def __init__(self, workspace: Workspace, request: AuditRequest, observer: Observer) -> None:
        self.workspace, self.request, self.observer = workspace, request, observer
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
    def forwards(self) -> list[Forward]:
        """What each member says of all validation rows."""
        return self.checkpoint.routed(precision=np.float64).forwards(self.validation.sentences[:])

    @cached_property
    def answer(self) -> Answer:
        """What they say together."""
        return averaged(self.forwards, self.predictor.target)

    def taken(self, steps: Sequence[Callable[[], Iterable[Measure]]]) -> tuple[Measure, ...]:
        """Take measures step by step."""
        found: list[Measure] = []
        for done, step in enumerate(steps):
            self.observer.progress("auditing", done, len(steps), "measures")
            found += step()
        self.observer.progress("auditing", len(steps), len(steps), "measures")
        return tuple(found)
