"""Say why one input got its prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.checkpoint import restore
from prle.errors import UsageError
from prle.explanation import by_prototype, nearest_rows
from prle.observer import SILENT, Observer
from prle.stages.explain_class import explain_class
from prle.stages.interface import Anchor, Example, ExplainReport, PrototypeShare
from prle.stages.predict import known_split
from prle.stages.query import embed_rows
from prle.stages.question import Question
from prle.targets import ClassTarget
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.checkpoint import Checkpoint
    from prle.explanation import Ledger, Neighbours
    from prle.stages.class_interface import ClassExplainReport
    from prle.workspace import Workspace


def explain_texts(
    workspace: Path,
    texts: tuple[str, ...],
    *,
    name: str = "default",
    examples: int = 5,
    class_name: str | None = None,
    observer: Observer = SILENT,
) -> ExplainReport | ClassExplainReport:
    """Explain the prediction of new texts.

    :param class_name: of classes, the one to explain; None for the predicted one.
    """
    with open_workspace(workspace) as opened:
        opened.model(name)
        question = Question(texts=texts, vectors=embed_rows(opened, [texts], observer=observer))
        return _explain(opened, question, name, examples, class_name)


def explain_row(
    workspace: Path,
    split: str,
    row: int,
    *,
    name: str = "default",
    examples: int = 5,
    class_name: str | None = None,
    observer: Observer = SILENT,  # noqa: ARG001
) -> ExplainReport | ClassExplainReport:
    """Explain the prediction of a row of the workspace, which needs no encoder.

    :param class_name: of classes, the one to explain; None for the predicted one.
    :raises UsageError: for a row that the split does not have.
    """
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        if not 0 <= row < opened.splits[which]:
            message = f"--row {split}:{row}: expected a row from 0 to {opened.splits[which] - 1}."
            raise UsageError(message)
        question = Question(
            texts=opened.row_texts(which, row),
            vectors=np.asarray(opened.vectors[opened.rows(which)[row]], np.float32)[None],
            row=f"{which}:{row}",
            label=float(opened.labels(which)[row]),
            train_row=row if which == "train" else None,
        )
        return _explain(opened, question, name, examples, class_name)


def _explain(
    workspace: Workspace, question: Question, name: str, examples: int, class_name: str | None
) -> ExplainReport | ClassExplainReport:
    """Load the model, and explain what kind of prediction it makes."""
    checkpoint = restore(workspace.model(name))
    if isinstance(checkpoint.target, ClassTarget):
        return explain_class(
            workspace,
            checkpoint,
            checkpoint.target,
            question,
            name=name,
            examples=examples,
            class_name=class_name,
        )
    if class_name is not None:
        message = f"--class {class_name}: expected labels that are classes, {workspace.path.name} has numbers."
        raise UsageError(message, hint="leave out --class")
    return _explain_number(workspace, checkpoint, question, name, examples)


def _explain_number(
    workspace: Workspace, checkpoint: Checkpoint, question: Question, name: str, examples: int
) -> ExplainReport:
    """Run the model in double precision and lay out what it did."""
    predictor = checkpoint.predictor(precision=np.float64)
    ledger = by_prototype(predictor.answer(question.vectors), predictor.target)
    labels = workspace.labels("train")
    near = nearest_rows(
        predictor.retrieval(question.vectors)[0],
        predictor.retrieval(workspace.embeddings("train")),
        examples,
        spacing=checkpoint.measured["neighbour_spacing"],
        leave_out=question.train_row,
    )
    return ExplainReport(
        model=name,
        dataset=workspace.manifest.dataset,
        fields=workspace.manifest.fields,
        label_name=workspace.manifest.label,
        label_range=(float(labels.min()), float(labels.max())),
        texts=question.texts,
        row=question.row,
        prediction=ledger.prediction,
        label=question.label,
        prototypes=_shares(workspace, ledger, predictor.anchors, labels),
        examples=_examples(workspace, near, labels),
        completeness_gap={"prototypes": ledger.gap},
    )


def _shares(
    workspace: Workspace, ledger: Ledger, anchors: NDArray[np.int64], labels: NDArray[np.float64]
) -> tuple[PrototypeShare, ...]:
    """List every prototype, the heaviest first."""
    return tuple(
        PrototypeShare(
            prototype=int(prototype),
            weight=float(ledger.weights[prototype]),
            expert_prediction=float(ledger.outputs[prototype]),
            contribution=float(ledger.contributions[prototype]),
            anchor=Anchor(
                row=int(anchors[prototype]),
                texts=workspace.row_texts("train", int(anchors[prototype])),
                label=float(labels[anchors[prototype]]),
            ),
        )
        for prototype in np.argsort(-ledger.weights, kind="stable")
    )


def _examples(workspace: Workspace, near: Neighbours, labels: NDArray[np.float64]) -> tuple[Example, ...]:
    """List the nearest training rows."""
    return tuple(
        Example(
            row=int(row),
            texts=workspace.row_texts("train", int(row)),
            label=float(labels[row]),
            distance=float(distance),
        )
        for row, distance in zip(near.rows, near.distances, strict=True)
    )
