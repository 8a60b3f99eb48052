"""Say why inputs got their classes, or what spoke for another."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np

from prle.data.labels import listed
from prle.errors import UsageError, nearest
from prle.explanation import by_prototype, distances_to_all, nearest_rows
from prle.models.labels.checkpoint import load
from prle.models.labels.targets.classes import ClassTarget, classes_of
from prle.stages.common.placed_rows import training_points
from prle.stages.explain.interface import ClassAnchor, ClassExample, ClassExplainReport, ClassShare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from prle.explanation import Ledger, Neighbours
    from prle.observer import Observer
    from prle.stages.explain.interface import ExplainRequest
    from prle.stages.explain.questions import Question
    from prle.workspace import Workspace


def explainer(opened: Workspace, request: ExplainRequest, *, observer: Observer) -> ClassExplainer:  # noqa: ARG001
    """Load what explains a model of classes.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    return ClassExplainer(opened, request.name)


@final
class ClassExplainer:
    """Explains inputs of one model of classes of an open workspace, in double precision.

    :raises WorkspaceError: where the model is missing, stale or broken.
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._workspace, self._name = workspace, name
        self._checkpoint = load(workspace, name)
        self._target = classes_of(self._checkpoint.target, name)
        self._predictor = self._checkpoint.predictor(precision=np.float64)
        # Distances to all training rows are only shown, and cost half as much in single precision.
        self._single = self._checkpoint.predictor()
        self._points = training_points(workspace, self._single)
        self._labels = tuple(self._target.names[int(code)] for code in workspace.labels("train"))

    def explain(self, questions: Sequence[Question], request: ExplainRequest) -> Iterator[ClassExplainReport]:
        """Yield the explanation of each question, in their order.

        :raises UsageError: for a class that there is not.
        """
        shown = None if request.class_name is None else _code(request.class_name, self._target)
        for question in questions:
            yield self._explain(question, request.examples, shown)

    def _explain(self, question: Question, examples: int, shown: int | None) -> ClassExplainReport:
        """Run the model and lay out what it did; ``shown`` is the code of the class, None for the predicted one."""
        target, manifest = self._target, self._workspace.manifest
        answer = self._predictor.answer(question.vectors[None])
        shares = np.asarray(target.reported(answer.predictions[0]), np.float64)
        predicted = int(shares.argmax())
        shown = predicted if shown is None else shown
        ledger = by_prototype(answer, target, shown=shown)
        return ClassExplainReport(
            model=self._name,
            dataset=manifest.dataset,
            fields=manifest.names,
            label_name=manifest.label,
            texts=question.texts,
            row=question.row,
            prediction=target.names[predicted],
            probability=float(shares[predicted]),
            label=None if question.label is None else target.names[int(question.label)],
            probabilities=target.by_name(shares),
            shown_class=target.names[shown],
            space=target.combination,
            total=ledger.prediction,
            prototypes=self._shares(ledger, answer.outputs[0].argmax(axis=1)),
            examples=self._examples(self._nearest(question, examples)),
            completeness_gap={"prototypes": ledger.gap},
            table=bool(manifest.columns),
        )

    def _shares(self, ledger: Ledger, likeliest: NDArray[np.int64]) -> tuple[ClassShare, ...]:
        """List every prototype, the heaviest first; ``likeliest`` are the classes that their experts predict."""
        anchors = self._checkpoint.anchors.tolist()
        return tuple(
            ClassShare(
                prototype=int(prototype),
                weight=float(ledger.weights[prototype]),
                expert_prediction=float(ledger.outputs[prototype]),
                contribution=float(ledger.contributions[prototype]),
                expert_class=self._target.names[likeliest[prototype]],
                anchor=ClassAnchor(
                    row=anchors[prototype],
                    texts=self._workspace.row_cells("train", anchors[prototype]),
                    label=self._labels[anchors[prototype]],
                ),
            )
            for prototype in np.argsort(-ledger.weights, kind="stable")
        )

    def _nearest(self, question: Question, count: int) -> Neighbours:
        """Return the training rows around an input, without itself."""
        (point,) = inputs = self._single.retrieval(question.vectors[None])
        return nearest_rows(
            point,
            self._points,
            distances_to_all(inputs, self._points)[0],
            count,
            spacing=self._checkpoint.measured["neighbour_spacing"],
            leave_out=question.train_row,
        )

    def _examples(self, near: Neighbours) -> tuple[ClassExample, ...]:
        """List the nearest training rows."""
        return tuple(
            ClassExample(
                row=row,
                texts=self._workspace.row_cells("train", row),
                label=self._labels[row],
                distance=distance,
            )
            for row, distance in zip(near.rows.tolist(), near.distances.tolist(), strict=True)
        )


def _code(name: str, target: ClassTarget) -> int:
    if name not in target.names:
        near = nearest(name, target.names)
        message = f"--class {name}: expected one of {len(target.names)} classes ({listed(target.names)})."
        raise UsageError(message, hint=f"did you mean {near}?" if near else None)
    return target.names.index(name)
