"""Say why one input got its class, or what spoke for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.data.labels import listed
from prle.errors import UsageError, nearest
from prle.explanation import by_prototype, nearest_rows
from prle.stages.class_interface import ClassAnchor, ClassExample, ClassExplainReport, ClassShare

if TYPE_CHECKING:
    from prle.checkpoint import Checkpoint
    from prle.explanation import Ledger
    from prle.stages.question import Question
    from prle.targets import ClassTarget
    from prle.workspace import Workspace


def explain_class(
    workspace: Workspace,
    checkpoint: Checkpoint,
    target: ClassTarget,
    question: Question,
    *,
    name: str,
    examples: int,
    class_name: str | None,
) -> ClassExplainReport:
    """Run the model in double precision and lay out what it did.

    :param class_name: the class to explain; None for the predicted one.
    :raises UsageError: for a class that there is not.
    """
    predictor = checkpoint.predictor(precision=np.float64)
    answer = predictor.answer(question.vectors)
    shares = np.asarray(target.reported(answer.predictions[0]), np.float64)
    predicted = int(shares.argmax())
    shown = predicted if class_name is None else _code(class_name, target)
    ledger = by_prototype(answer, target, shown=shown)
    near = nearest_rows(
        predictor.retrieval(question.vectors)[0],
        predictor.retrieval(workspace.embeddings("train")),
        examples,
        spacing=checkpoint.measured["neighbour_spacing"],
        leave_out=question.train_row,
    )
    labels = tuple(target.names[int(code)] for code in workspace.labels("train"))
    likeliest = tuple(target.names[int(code)] for code in answer.outputs[0].argmax(axis=1))
    return ClassExplainReport(
        model=name,
        dataset=workspace.manifest.dataset,
        fields=workspace.manifest.fields,
        label_name=workspace.manifest.label,
        texts=question.texts,
        row=question.row,
        prediction=target.names[predicted],
        probability=float(shares[predicted]),
        label=None if question.label is None else target.names[int(question.label)],
        probabilities=by_name(target, shares),
        shown_class=target.names[shown],
        space=target.combination,
        total=ledger.prediction,
        prototypes=_shares(workspace, ledger, likeliest, predictor.anchors.tolist(), labels),
        examples=tuple(
            ClassExample(
                row=int(row),
                texts=workspace.row_texts("train", int(row)),
                label=labels[row],
                distance=float(distance),
            )
            for row, distance in zip(near.rows, near.distances, strict=True)
        ),
        completeness_gap={"prototypes": ledger.gap},
    )


def by_name(target: ClassTarget, shares: np.ndarray) -> dict[str, float]:
    """Return the probabilities (T,) of one row by class."""
    return dict(zip(target.names, map(float, shares), strict=True))


def _code(name: str, target: ClassTarget) -> int:
    if name not in target.names:
        near = nearest(name, target.names)
        message = f"--class {name}: expected one of {len(target.names)} classes ({listed(target.names)})."
        raise UsageError(message, hint=f"did you mean {near}?" if near else None)
    return target.names.index(name)


def _shares(
    workspace: Workspace, ledger: Ledger, likeliest: tuple[str, ...], anchors: list[int], labels: tuple[str, ...]
) -> tuple[ClassShare, ...]:
    """List every prototype, the heaviest first."""
    return tuple(
        ClassShare(
            prototype=int(prototype),
            weight=float(ledger.weights[prototype]),
            expert_prediction=float(ledger.outputs[prototype]),
            contribution=float(ledger.contributions[prototype]),
            expert_class=likeliest[prototype],
            anchor=ClassAnchor(
                row=anchors[prototype],
                texts=workspace.row_texts("train", anchors[prototype]),
                label=labels[anchors[prototype]],
            ),
        )
        for prototype in np.argsort(-ledger.weights, kind="stable")
    )
