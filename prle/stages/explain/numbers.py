"""A model ready to explain: what all explanations share is read and placed once, then each input costs milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.explanation import by_prototype
from prle.models.labels.checkpoint import load
from prle.stages.common.placed_rows import inputs_at_once
from prle.stages.explain.grounds import Listing, grounds_of
from prle.stages.explain.hanging import what_it_hangs_on
from prle.stages.explain.interface import ExplainReport
from prle.stages.explain.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prle.observer import Observer
    from prle.stages.explain.grounds import Behind
    from prle.stages.explain.interface import ExplainRequest
    from prle.stages.explain.questions import Question
    from prle.workspace import Workspace

AT_ONCE: Final = 64
"""Inputs that go through the model together."""


def explainer(opened: Workspace, request: ExplainRequest, *, observer: Observer) -> NumberExplainer:  # noqa: ARG001
    """Load what explains a model of numbers.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    return NumberExplainer(opened, request.name)


@final
class NumberExplainer:
    """Explains inputs of one model of numbers of an open workspace, in double precision.

    :raises WorkspaceError: where the model is missing, stale or broken.
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._workspace, self._name = workspace, name
        self._checkpoint = load(workspace, name)
        self._target = self._checkpoint.target
        source = workspace.labels("train")
        self._labels = self._checkpoint.taught(source)
        self._layout = Layout(workspace, name, self._checkpoint, self._labels)
        self._source = {row: float(source[row]) for row in self._checkpoint.relabelled}
        self._grounds = grounds_of(workspace, name, self._checkpoint)

    def explain(self, questions: Sequence[Question], request: ExplainRequest) -> Iterator[ExplainReport]:
        """Yield the explanation of each question, in their order.

        :raises UsageError: where it is asked what a prediction hangs on, and no examples vote.
        """
        at_once = inputs_at_once(len(self._labels), AT_ONCE)
        for first in range(0, len(questions), at_once):
            block = questions[first : first + at_once]
            behind = self._grounds.behind(np.stack([question.vectors for question in block]))
            for number, question in enumerate(block):
                yield self._report(question, request, behind, number)

    def _report(self, question: Question, request: ExplainRequest, behind: Behind, number: int) -> ExplainReport:
        """Lay out what the model did with one question."""
        ledger = by_prototype(behind.answer, self._target, number)
        listing = Listing(
            self._workspace,
            lambda row: float(self._labels[row]),
            examples=request.examples,
            prototypes=request.first,
        )
        shares = self._layout.shares(ledger, behind.said(number, listing))
        near = behind.near(number, max(1, request.examples), question.train_row)
        gaps, features, votes = {"prototypes": ledger.gap}, behind.features(number), behind.votes(number, listing)
        gaps |= {name: part[1] for name, part in (("features", features), ("votes", votes)) if part is not None}
        calibration = self._checkpoint.calibration
        half_widths = calibration.half_widths(request.level) if calibration else None
        interval, refused = self._layout.interval(ledger, half_widths, request.level)
        manifest = self._workspace.manifest
        return ExplainReport(
            model=self._name,
            dataset=manifest.dataset,
            fields=manifest.names,
            label_name=manifest.label,
            label_range=(float(self._labels.min()), float(self._labels.max())),
            texts=question.texts,
            row=question.row,
            prediction=ledger.prediction,
            label=question.label,
            prototypes=tuple(shares[prototype] for prototype in np.argsort(-ledger.weights, kind="stable")),
            examples=self._layout.examples(near)[: request.examples],
            completeness_gap=gaps,
            interval=interval,
            level=request.level,
            bracket=self._layout.bracket(ledger, shares),
            doubt=self._layout.doubt(ledger, near),
            features=None if features is None else features[0],
            votes=None if votes is None else votes[0],
            carried=None if votes is None else self._checkpoint.measured.get("carried"),
            score=behind.score(number, listing),
            counterfactual=None if request.move is None else what_it_hangs_on(self._checkpoint, question, request.move),
            refused={**self._grounds.refused(), **refused},
            relabelled=self._source,
            table=bool(manifest.columns),
        )
