"""Say why one input got its class, or what spoke for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.data.labels import listed
from prle.errors import UsageError, nearest
from prle.explanation import by_prototype
from prle.stages.class_interface import ClassAnchor, ClassExample, ClassExplainReport, ClassShare

if TYPE_CHECKING:
    from prle.explanation import Ledger, Neighbours
    from prle.stages.loaded import LoadedModel, Question
    from prle.targets import ClassTarget
    from prle.workspace import Workspace


def explain_class(
    model: LoadedModel, target: ClassTarget, question: Question, class_name: str | None
) -> ClassExplainReport:
    """Run the model and lay out what it did.

    :param target: that of the model.
    :param class_name: the class to explain; None for the predicted one.
    :raises UsageError: for a class that there is not.
    """
    answer = model.answer(question)
    shares = np.asarray(target.reported(answer.predictions[0]), np.float64)
    predicted = int(shares.argmax())
    shown = predicted if class_name is None else _code(class_name, target)
    ledger = by_prototype(answer, target, shown=shown)
    labels = tuple(target.names[int(code)] for code in model.labels)
    likeliest = tuple(target.names[int(code)] for code in answer.outputs[0].argmax(axis=1))
    manifest = model.workspace.manifest
    return ClassExplainReport(
        model=model.name,
        dataset=manifest.dataset,
        fields=manifest.names,
        label_name=manifest.label,
        texts=question.texts,
        row=question.row,
        prediction=target.names[predicted],
        probability=float(shares[predicted]),
        label=None if question.label is None else target.names[int(question.label)],
        probabilities=by_name(target, shares),
        shown_class=target.names[shown],
        space=target.combination,
        total=ledger.prediction,
        prototypes=_shares(model.workspace, ledger, likeliest, model.anchors.tolist(), labels),
        examples=_examples(model.workspace, model.nearest(question), labels),
        completeness_gap={"prototypes": ledger.gap},
        table=bool(manifest.columns),
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
                texts=workspace.row_cells("train", anchors[prototype]),
                label=labels[anchors[prototype]],
            ),
        )
        for prototype in np.argsort(-ledger.weights, kind="stable")
    )


def _examples(workspace: Workspace, near: Neighbours, labels: tuple[str, ...]) -> tuple[ClassExample, ...]:
    """List the nearest training rows."""
    return tuple(
        ClassExample(
            row=int(row),
            texts=workspace.row_cells("train", int(row)),
            label=labels[row],
            distance=float(distance),
        )
        for row, distance in zip(near.rows, near.distances, strict=True)
    )
