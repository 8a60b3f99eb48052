"""A model ready to explain: what all explanations share is read and placed once, then each input costs milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.explanation import (
    by_feature,
    by_prototype,
    distances_to_all,
    nearest_rows,
    place,
)
from prle.models.labels.checkpoint import load
from prle.models.labels.committee import averaged
from prle.stages.common.placed_rows import inputs_at_once, training_points
from prle.stages.common.tracing import influence_of, solved_fit, untraceable
from prle.stages.explain.interface import ExplainReport
from prle.stages.explain.layout import Layout
from prle.stages.explain.ledgers import feature_report, influence_report, removals
from prle.stages.explain.parts import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from prle.arrays.shapes import Points
    from prle.explanation import Attribution, FeatureLedger, Influence
    from prle.models.labels.committee import Answer
    from prle.observer import Observer
    from prle.stages.explain.interface import ExplainRequest
    from prle.stages.explain.questions import Question
    from prle.workspace import Workspace

AT_ONCE: Final = 64
"""Inputs that go through the model together."""


@dataclass(frozen=True, kw_only=True)
class _Answered:
    """What the model did with a block of questions."""

    answer: Answer
    features: FeatureLedger | None
    attribution: Attribution | None
    attribution_gaps: NDArray[np.float64] | None
    inputs: NDArray[np.floating]
    far: NDArray[np.floating]
    half_widths: NDArray[np.float64] | None


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
        self._predictor = self._checkpoint.predictor(precision=np.float64)
        # Distances to all training rows are only shown, and cost half as much in single precision.
        self._single = self._checkpoint.predictor()
        source = workspace.labels("train")
        self._labels = self._checkpoint.taught(source)
        self._layout = Layout(workspace, name, self._checkpoint, self._labels)
        self._source = {row: float(source[row]) for row in self._checkpoint.relabelled}

    def explain(self, questions: Sequence[Question], request: ExplainRequest) -> Iterator[ExplainReport]:
        """Yield the explanation of each question, in their order."""
        at_once = inputs_at_once(len(self._labels), AT_ONCE)
        for first in range(0, len(questions), at_once):
            block = questions[first : first + at_once]
            answered = self._answer(np.stack([question.vectors for question in block]), request.level)
            for number, question in enumerate(block):
                yield self._report(question, request, answered, number)

    @cached_property
    def _points(self) -> Points:
        """The training rows in the retrieval space. *Shape:* (N, F)."""
        return training_points(self._workspace, self._single)

    @cached_property
    def _influence(self) -> Influence | None:
        """The experts as regressions on the training rows, as kept or placed anew; None where they are none."""
        return influence_of(self._workspace, self._name, self._checkpoint)

    def _answer(self, vectors: NDArray[np.float32], level: float) -> _Answered:
        """Run the model on a block of inputs (B, S, H) and take its predictions apart."""
        predictor, calibration = self._predictor, self._checkpoint.calibration
        forwards, inputs = predictor.forwards(vectors), self._single.retrieval(vectors)
        answer = averaged(forwards, predictor.target)
        attribution = gaps = None
        if self._influence is not None:
            attribution = self._influence.attribute(place(predictor, forwards))
            gaps = attribution.gaps(self._labels, answer.predictions, predictor.target.unit)
        return _Answered(
            answer=answer,
            features=by_feature(predictor, forwards, (vectors.shape[1], vectors.shape[2])),
            attribution=attribution,
            attribution_gaps=gaps,
            inputs=inputs,
            far=distances_to_all(inputs, self._points),
            half_widths=calibration.half_widths(level) if calibration else None,
        )

    def _report(self, question: Question, request: ExplainRequest, answered: _Answered, number: int) -> ExplainReport:
        """Lay out what the model did with one question."""
        ledger = by_prototype(answered.answer, self._predictor.target, number)
        shares = self._layout.shares(ledger)
        near = nearest_rows(
            answered.inputs[number],
            self._points,
            answered.far[number],
            max(1, request.examples),
            spacing=self._checkpoint.measured["neighbour_spacing"],
            leave_out=question.train_row,
        )
        read, attribution, influence = answered.features, answered.attribution, self._influence
        gaps = {"prototypes": ledger.gap}
        features = traced = hangs_on = None
        if read is not None:
            gaps["features"] = float(read.gaps[number])
            features = feature_report(read, number)
        if influence is not None and attribution is not None and answered.attribution_gaps is not None:
            gaps["examples"] = float(answered.attribution_gaps[number])
            traced = influence_report(self._workspace, influence, attribution, number, request.examples)
        if request.move is not None:
            hangs_on = removals(self._predictor, question.vectors, influence, request.move)
        interval, refused = self._layout.interval(ledger, answered.half_widths, request.level)
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
            features=features,
            influence=traced,
            counterfactual=hangs_on,
            refused={**self._refused, **refused},
            relabelled=self._source,
            table=bool(manifest.columns),
        )

    @cached_property
    def _refused(self) -> dict[str, Refusal]:
        """Say which ledgers this model has not, and why."""
        refused = {}
        if self._checkpoint.config.experts.kind == "mlp":
            reason = "what mlp experts say is no sum over value features"
            refused["features"] = Refusal(reason=reason, hint=f"{solved_fit(self._name)} gives it")
        if self._influence is None:
            refused["examples"] = untraceable(self._checkpoint, self._name, rows=len(self._labels))
        return refused
