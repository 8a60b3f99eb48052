"""Say why one input got its prediction."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from prle.checkpoint import restore
from prle.errors import UsageError
from prle.explanation import by_prototype, nearest_rows
from prle.observer import SILENT, Observer
from prle.stages.interface import Anchor, Example, ExplainReport, PrototypeShare
from prle.stages.predict import known_split
from prle.stages.query import TextVectors, as_asked, as_shown
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.explanation import Ledger, Neighbours
    from prle.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One input: its texts or cells, its vectors (1, S, H), and what is known of it."""

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    row: str | None = None
    label: float | None = None
    train_row: int | None = None


@contextmanager
def explaining(
    workspace: Path,
    *,
    name: str = "default",
    examples: int = 5,
    remember: bool = True,
    observer: Observer = SILENT,
) -> Iterator[Callable[[tuple[str, ...]], ExplainReport]]:
    """Give a function that explains the prediction of new texts, or of a row of a table; it loads everything once.

    A row is as :func:`prle.stages.predict.predicting` takes it.

    :param examples: how many of the nearest training rows are shown.
    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    """
    with open_workspace(workspace) as opened:
        model = _Explainer(opened, name, examples)
        vectors = TextVectors(opened, remember=remember, observer=observer)

        def explain(row: tuple[str, ...]) -> ExplainReport:
            asked = as_asked(opened, row, observer=observer)
            return model.explain(_Question(texts=as_shown(opened, asked), vectors=vectors([asked])))

        yield explain


def explain_texts(
    workspace: Path,
    texts: tuple[str, ...],
    *,
    name: str = "default",
    examples: int = 5,
    remember: bool = True,
    observer: Observer = SILENT,
) -> ExplainReport:
    """Explain the prediction of one row; the options are those of :func:`explaining`."""
    with explaining(workspace, name=name, examples=examples, remember=remember, observer=observer) as explain:
        return explain(texts)


def explain_row(
    workspace: Path,
    split: str,
    row: int,
    *,
    name: str = "default",
    examples: int = 5,
    observer: Observer = SILENT,  # noqa: ARG001
) -> ExplainReport:
    """Explain the prediction of a row of the workspace, which needs no encoder.

    :raises UsageError: for a row that the split does not have.
    """
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        if not 0 <= row < opened.splits[which]:
            message = f"--row {split}:{row}: expected a row from 0 to {opened.splits[which] - 1}."
            raise UsageError(message)
        question = _Question(
            texts=opened.row_cells(which, row),
            vectors=opened.vectors_of(opened.rows(which)[[row]]),
            row=f"{which}:{row}",
            label=float(opened.labels(which)[row]),
            train_row=row if which == "train" else None,
        )
        return _Explainer(opened, name, examples).explain(question)


@final
class _Explainer:
    """One model and the training rows around it.

    Where terms have to add up it computes in double precision; distances to all training rows are measured in single.

    :param examples: how many of the nearest training rows are shown.
    """

    def __init__(self, workspace: Workspace, name: str, examples: int) -> None:
        checkpoint = restore(workspace.model(name))
        self._workspace = workspace
        self._name = name
        self._examples = examples
        self._exact = checkpoint.predictor(precision=np.float64)
        self._quick = checkpoint.predictor()
        self._spacing = checkpoint.measured["neighbour_spacing"]
        self._labels = workspace.labels("train")
        self._points = self._quick.retrieval(workspace.embeddings("train"))

    def explain(self, question: _Question) -> ExplainReport:
        """Run the model and lay out what it did."""
        workspace, labels = self._workspace, self._labels
        ledger = by_prototype(self._exact.answer(question.vectors), self._exact.target)
        near = nearest_rows(
            self._quick.retrieval(question.vectors)[0],
            self._points,
            self._examples,
            spacing=self._spacing,
            leave_out=question.train_row,
        )
        return ExplainReport(
            model=self._name,
            dataset=workspace.manifest.dataset,
            fields=workspace.manifest.names,
            label_name=workspace.manifest.label,
            label_range=(float(labels.min()), float(labels.max())),
            texts=question.texts,
            row=question.row,
            prediction=ledger.prediction,
            label=question.label,
            prototypes=_shares(workspace, ledger, self._exact.anchors, labels),
            examples=_examples(workspace, near, labels),
            completeness_gap={"prototypes": ledger.gap},
            table=bool(workspace.manifest.columns),
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
