"""A model ready to explain: what all explanations share is read and placed once, then each input costs milliseconds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.arrays.geometry import effective_count
from prle.explanation import (
    UNFAMILIAR,
    bracket,
    by_feature,
    by_prototype,
    disagreement,
    distances_to_all,
    nearest_rows,
    percentile,
    place,
)
from prle.models.labels.checkpoint import load
from prle.models.labels.committee import averaged
from prle.stages.common.placed_rows import inputs_at_once, training_points
from prle.stages.common.tracing import influence_of, solved_fit, untraceable
from prle.stages.explain.interface import Anchor, Bracket, Example, ExplainReport, PrototypeShare
from prle.stages.explain.ledgers import feature_report, influence_report, removals
from prle.stages.explain.parts import DoubtReport, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from prle.arrays.shapes import Points
    from prle.explanation import Attribution, FeatureLedger, Influence, Ledger, Neighbours
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

    @cached_property
    def _anchors(self) -> tuple[Anchor, ...]:
        """The training row of each prototype."""
        return tuple(
            Anchor(row=row, texts=self._workspace.row_cells("train", row), label=float(self._labels[row]))
            for row in self._checkpoint.anchors.tolist()
        )

    @cached_property
    def _past(self) -> tuple[list[float | None], list[int]]:
        """The validation error of every prototype's regime, and its rows."""
        calibration = self._checkpoint.calibration
        if calibration is None:
            return [None] * len(self._anchors), [0] * len(self._anchors)
        errors = [None if math.isnan(error) else error for error in calibration.past_errors.tolist()]
        return errors, calibration.rows.tolist()

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
        shares = self._shares(ledger)
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
        interval, refused = self._interval(ledger, answered.half_widths, request.level)
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
            examples=self._examples(near)[: request.examples],
            completeness_gap=gaps,
            interval=interval,
            level=request.level,
            bracket=self._bracket(ledger, shares),
            doubt=self._doubt(ledger, near),
            features=features,
            influence=traced,
            counterfactual=hangs_on,
            refused={**self._refused, **refused},
            relabelled=self._source,
            table=bool(manifest.columns),
        )

    def _shares(self, ledger: Ledger) -> list[PrototypeShare]:
        """Return what every prototype had to say, by its number."""
        errors, rows = self._past
        columns = (ledger.weights.tolist(), ledger.outputs.tolist(), ledger.contributions.tolist())
        return [
            PrototypeShare(
                prototype=prototype,
                weight=weight,
                expert_prediction=said,
                contribution=part,
                anchor=self._anchors[prototype],
                past_error=errors[prototype],
                past_rows=rows[prototype],
            )
            for prototype, (weight, said, part) in enumerate(zip(*columns, strict=True))
        ]

    def _examples(self, near: Neighbours) -> tuple[Example, ...]:
        """List the nearest training rows."""
        return tuple(
            Example(
                row=row,
                texts=self._workspace.row_cells("train", row),
                label=float(self._labels[row]),
                distance=distance,
            )
            for row, distance in zip(near.rows.tolist(), near.distances.tolist(), strict=True)
        )

    def _interval(
        self, ledger: Ledger, half_widths: NDArray[np.float64] | None, level: float
    ) -> tuple[tuple[float, float] | None, dict[str, Refusal]]:
        """Return the interval of a prediction, or why there is none."""
        if half_widths is None:
            return None, {"interval": uncalibrated(self._name)}
        half = float(half_widths[int(np.argmax(ledger.weights))])
        if math.isinf(half):
            reason = f"there are too few validation rows for a level of {level:g}"
            return None, {"interval": Refusal(reason=reason, hint="use a lower --level")}
        return (ledger.prediction - half, ledger.prediction + half), {}

    def _bracket(self, ledger: Ledger, shares: Sequence[PrototypeShare]) -> Bracket:
        """Find the heaviest prototypes with a label below and above the prediction."""
        labels = np.array([anchor.label for anchor in self._anchors])
        below, above = bracket(ledger.weights, labels, ledger.prediction)
        return Bracket(below=None if below is None else shares[below], above=None if above is None else shares[above])

    def _doubt(self, ledger: Ledger, near: Neighbours) -> DoubtReport:
        """Gather what speaks against a prediction."""
        usual, distance = self._checkpoint.usual, float(near.distances[0]) if len(near.distances) else None
        known = distance is not None and usual is not None and len(usual) > 0
        rank = percentile(distance, usual) if known and distance is not None and usual is not None else None
        return DoubtReport(
            distance=distance,
            percentile=rank,
            unfamiliar=rank is not None and rank > UNFAMILIAR,
            effective_prototypes=float(effective_count(ledger.weights[None])[0]),
            disagreement=disagreement(ledger.weights, ledger.outputs),
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


def uncalibrated(name: str) -> Refusal:
    """Say that a model was fitted before intervals were."""
    return Refusal(reason=f"model {name} was fitted without a calibration", hint=f"run `prle fit --name {name}` again")
