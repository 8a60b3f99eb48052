"""Say why inputs got their classes, or what spoke for another."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np

from prle.data.labels import listed
from prle.errors import UsageError, nearest
from prle.explanation import by_prototype
from prle.models.labels.checkpoint import load
from prle.models.labels.targets.classes import ClassTarget, classes_of
from prle.stages.explain.grounds import Listing, grounds_of
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
        told = self._checkpoint.taught(workspace.labels("train"))
        self._labels = tuple(self._target.names[int(code)] for code in told)
        self._grounds = grounds_of(workspace, name, self._checkpoint)

    def explain(self, questions: Sequence[Question], request: ExplainRequest) -> Iterator[ClassExplainReport]:
        """Yield the explanation of each question, in their order.

        :raises UsageError: for a class that there is not.
        """
        shown = None if request.class_name is None else _code(request.class_name, self._target)
        for question in questions:
            yield self._explain(question, request, shown)

    def _explain(self, question: Question, request: ExplainRequest, shown: int | None) -> ClassExplainReport:
        """Run the model and lay out what it did; ``shown`` is the code of the class, None for the predicted one."""
        target, manifest, number = self._target, self._workspace.manifest, 0
        behind = self._grounds.behind(question.vectors[None])
        shares = np.asarray(target.reported(behind.answer.predictions[number]), np.float64)
        predicted = int(shares.argmax())
        shown = predicted if shown is None else shown
        ledger = by_prototype(behind.answer, target, shown=shown)
        listing = Listing(
            self._workspace,
            lambda row: self._labels[row],
            examples=request.examples,
            prototypes=request.first,
            shown=shown,
        )
        votes = behind.votes(number, listing)
        gaps = {"prototypes": ledger.gap, **({} if votes is None else {"votes": votes[1]})}
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
            prototypes=self._shares(ledger, behind.answer.outputs[number].argmax(axis=1), behind.said(number, listing)),
            examples=self._examples(behind.near(number, request.examples, question.train_row)),
            completeness_gap=gaps,
            votes=None if votes is None else votes[0],
            carried=None if votes is None else self._checkpoint.measured.get("carried"),
            score=behind.score(number, listing),
            refused=self._grounds.refused(),
            table=bool(manifest.columns),
        )

    def _shares(
        self, ledger: Ledger, likeliest: NDArray[np.int64], said: NDArray[np.float64] | None
    ) -> tuple[ClassShare, ...]:
        """List every prototype, the heaviest first; ``likeliest`` are the classes that it speaks for."""
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
                examples_say=None if said is None else float(said[prototype]),
            )
            for prototype in np.argsort(-ledger.weights, kind="stable")
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
