"""Say why one input got its prediction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from prle.errors import UsageError
from prle.explanation import by_prototype
from prle.observer import SILENT, Observer
from prle.stages.explain_class import explain_class
from prle.stages.interface import Anchor, Example, ExplainReport, PrototypeShare
from prle.stages.loaded import LoadedModel, Question
from prle.stages.predict import known_split
from prle.stages.query import TextVectors, as_asked, as_shown
from prle.targets import ClassTarget
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.explanation import Ledger, Neighbours
    from prle.stages.class_interface import ClassExplainReport
    from prle.workspace import Workspace


@contextmanager
def explaining(
    workspace: Path,
    *,
    name: str = "default",
    examples: int = 5,
    class_name: str | None = None,
    remember: bool = True,
    observer: Observer = SILENT,
) -> Iterator[Callable[[tuple[str, ...]], ExplainReport | ClassExplainReport]]:
    """Give a function that explains the prediction of new texts, or of a row of a table; it loads everything once.

    A row is as :func:`prle.stages.predict.predicting` takes it.

    :param examples: how many of the nearest training rows are shown.
    :param class_name: of classes, the one to explain; None for the predicted one.
    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    """
    with open_workspace(workspace) as opened:
        model = LoadedModel(opened, name, examples)
        vectors = TextVectors(opened, remember=remember, observer=observer)

        def explain(row: tuple[str, ...]) -> ExplainReport | ClassExplainReport:
            asked = as_asked(opened, row, observer=observer)
            return _explain(model, Question(texts=as_shown(opened, asked), vectors=vectors([asked])), class_name)

        yield explain


def explain_texts(
    workspace: Path,
    texts: tuple[str, ...],
    *,
    name: str = "default",
    examples: int = 5,
    class_name: str | None = None,
    remember: bool = True,
    observer: Observer = SILENT,
) -> ExplainReport | ClassExplainReport:
    """Explain the prediction of one row; the options are those of :func:`explaining`."""
    with explaining(
        workspace, name=name, examples=examples, class_name=class_name, remember=remember, observer=observer
    ) as explain:
        return explain(texts)


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
            texts=opened.row_cells(which, row),
            vectors=opened.vectors_of(opened.rows(which)[[row]]),
            row=f"{which}:{row}",
            label=float(opened.labels(which)[row]),
            train_row=row if which == "train" else None,
        )
        return _explain(LoadedModel(opened, name, examples), question, class_name)


def _explain(model: LoadedModel, question: Question, class_name: str | None) -> ExplainReport | ClassExplainReport:
    """Explain what kind of prediction the model makes.

    :raises UsageError: for a class where labels are numbers.
    """
    if isinstance(model.target, ClassTarget):
        return explain_class(model, model.target, question, class_name)
    if class_name is not None:
        message = f"--class {class_name}: expected labels that are classes, {model.workspace.path.name} has numbers."
        raise UsageError(message, hint="leave out --class")
    return _explain_number(model, question)


def _explain_number(model: LoadedModel, question: Question) -> ExplainReport:
    """Run the model and lay out what it did."""
    ledger, labels, manifest = (
        by_prototype(model.answer(question), model.target),
        model.labels,
        model.workspace.manifest,
    )
    return ExplainReport(
        model=model.name,
        dataset=manifest.dataset,
        fields=manifest.names,
        label_name=manifest.label,
        label_range=(float(labels.min()), float(labels.max())),
        texts=question.texts,
        row=question.row,
        prediction=ledger.prediction,
        label=question.label,
        prototypes=_shares(model.workspace, ledger, model.anchors, labels),
        examples=_examples(model.workspace, model.nearest(question), labels),
        completeness_gap={"prototypes": ledger.gap},
        table=bool(manifest.columns),
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
                texts=workspace.row_cells("train", int(anchors[prototype])),
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
            texts=workspace.row_cells("train", int(row)),
            label=float(labels[row]),
            distance=float(distance),
        )
        for row, distance in zip(near.rows, near.distances, strict=True)
    )
